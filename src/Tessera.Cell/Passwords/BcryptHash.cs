using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Generators;

namespace Tessera.Cell.Passwords;

/// <summary>
/// bcrypt in OpenBSD's form, <c>$2b$10$</c> and 53 characters of its own base64. The password ends at 72 bytes, its closing
/// NUL among them; what comes after was never part of the hash.
/// </summary>
internal sealed record BcryptHash(int Cost, byte[] Salt, byte[] Tag) : PasswordHash
{
    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int KeySize = 72;
    private const int SaltSize = 16;
    private const int TagSize = 23;

    public static Parsed Read(string[] parts)
    {
        if (parts is not [_, [>= '0' and <= '9', >= '0' and <= '9'] cost, { Length: 53 } rest] || !rest.All(Alphabet.Contains))
        {
            return Parsed.Malformed;
        }

        var rounds = (cost[0] - '0') * 10 + cost[1] - '0';
        return rounds is < 4 or > 14
            ? Parsed.TooCostly("from 04 to 14")
            : new BcryptHash(rounds, Decode(rest[..22], SaltSize), Decode(rest[22..], TagSize));
    }

    public override bool Matches(string password)
    {
        if (password.Contains('\0', StringComparison.Ordinal))
        {
            return false; // every implementation in C would have stopped there
        }

        var bytes = Encoding.UTF8.GetBytes(password + '\0');
        return CryptographicOperations.FixedTimeEquals(
            BCrypt.Generate(bytes.Length > KeySize ? bytes[..KeySize] : bytes, Salt, Cost, addTerminator: false).AsSpan(0, TagSize), Tag);
    }

    public override bool Identifies(string password) => Encoding.UTF8.GetByteCount(password) < KeySize;

    // Spare bits at the end are dropped, as OpenBSD does: some libraries have set them at random.
    private static byte[] Decode(string text, int length)
    {
        var bytes = new byte[length];
        var (bits, held, at) = (0, 0, 0);
        foreach (var letter in text)
        {
            bits = bits << 6 | Alphabet.IndexOf(letter, StringComparison.Ordinal);
            held += 6;
            if (held >= 8 && at < length)
            {
                held -= 8;
                bytes[at++] = (byte)(bits >> held);
                bits &= (1 << held) - 1;
            }
        }

        return bytes;
    }
}
