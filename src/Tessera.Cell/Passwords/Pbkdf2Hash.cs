using System.Security.Cryptography;
using System.Text;

namespace Tessera.Cell.Passwords;

/// <summary>
/// PBKDF2 (RFC 8018) with HMAC of SHA-256 or SHA-512, in the two forms there are: <c>$pbkdf2-sha256$i=600000,l=32$salt$hash</c>
/// (PHC) and passlib's <c>$pbkdf2-sha256$29000$salt$hash</c>, whose base64 has <c>.</c> for <c>+</c>.
/// </summary>
internal sealed record Pbkdf2Hash(HashAlgorithmName Algorithm, int Rounds, byte[] Salt, byte[] Tag) : PasswordHash
{
    public static Parsed Read(string[] parts)
    {
        if (parts.Length != 4)
        {
            return Parsed.Malformed;
        }

        var passlib = !parts[1].StartsWith("i=", StringComparison.Ordinal);
        var numbers = passlib ? PhcText.Number(parts[1]) is { } alone ? [alone] : null
            : PhcText.Numbers(parts[1], "i", "l") ?? PhcText.Numbers(parts[1], "i");
        if (numbers is not [var rounds, ..]
            || PhcText.Bytes(parts[2], 8, 64, passlib) is not { } salt || PhcText.Bytes(parts[3], 16, 64, passlib) is not { } tag
            || (numbers is [_, var length] && length != tag.Length))
        {
            return Parsed.Malformed;
        }

        return rounds is < 1 or > 1_000_000
            ? Parsed.TooCostly("from 1 to 1000000 rounds")
            : new Pbkdf2Hash(parts[0] == "pbkdf2-sha256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512, rounds, salt, tag);
    }

    public override bool Matches(string password) => CryptographicOperations.FixedTimeEquals(
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), Salt, Rounds, Algorithm, Tag.Length), Tag);
}
