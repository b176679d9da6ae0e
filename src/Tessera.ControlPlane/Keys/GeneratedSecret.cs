using System.Security.Cryptography;
using System.Text;
using static System.Buffers.Text.Base64Url;

namespace Tessera.ControlPlane.Keys;

/// <summary>
/// Secrets this program makes: 256 random bits, 43 characters of base64url, told once. Kept is their SHA-256, which is
/// enough because nobody can guess 256 bits.
/// </summary>
internal static class GeneratedSecret
{
    public const int Length = 43;

    public static string New() => EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string HashOf(string secret) => EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));

    public static bool Matches(string secret, string hash) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(secret)), Encoding.ASCII.GetBytes(hash));
}
