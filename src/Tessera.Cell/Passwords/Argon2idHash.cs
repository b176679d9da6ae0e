using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Tessera.Cell.Passwords;

/// <summary>
/// Argon2id with 19 MiB, two passes, one lane (OWASP's first choice), written in the PHC string format
/// <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>. Takes about 20 ms of one core: call it through <see cref="PasswordWorkers"/>.
/// </summary>
internal static class Argon2idHash
{
    private const string Prefix = "$argon2id$v=19$m=19456,t=2,p=1$";
    private const int SaltSize = 16;
    private const int HashSize = 32;

    private static readonly Argon2id Algorithm = new(new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = 19_456, NumberOfPasses = 2 });

    public static string Create(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return $"{Prefix}{Encode(salt)}${Encode(Derive(password, salt))}";
    }

    public static bool Verify(string password, string phc)
    {
        if (!phc.StartsWith(Prefix, StringComparison.Ordinal) || phc[Prefix.Length..].Split('$') is not [var salt, var hash])
        {
            throw new FormatException("The stored hash is not one this cell makes.");
        }

        return CryptographicOperations.FixedTimeEquals(Derive(password, Decode(salt)), Decode(hash));
    }

    private static byte[] Derive(string password, byte[] salt) => Algorithm.DeriveBytes(Encoding.UTF8.GetBytes(password), salt, HashSize);

    // PHC strings have base64 without padding.
    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static byte[] Decode(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}
