using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Generators;

namespace Tessera.Cell.Passwords;

/// <summary>scrypt (RFC 7914) as PHC strings and passlib have it: <c>$scrypt$ln=16,r=8,p=1$salt$hash</c>; <c>ln</c> is the base-2 logarithm of N.</summary>
internal sealed record ScryptHash(int LogCost, int BlockSize, int Parallelism, byte[] Salt, byte[] Tag) : PasswordHash
{
    // N × r × p; at most 128 MiB at once.
    private const long MostWork = 1 << 20;

    public static Parsed Read(string[] parts)
    {
        if (parts.Length != 4 || PhcText.Numbers(parts[1], "ln", "r", "p") is not [var cost, var block, var parallel]
            || PhcText.Bytes(parts[2], 8, 64) is not { } salt || PhcText.Bytes(parts[3], 16, 64) is not { } tag)
        {
            return Parsed.Malformed;
        }

        return cost is < 1 or > 20 || block is < 1 or > 32 || parallel is < 1 or > 16 || (1L << cost) * block * parallel > MostWork
            ? Parsed.TooCostly("ln from 1 to 20, r from 1 to 32, p from 1 to 16, and N × r × p at most 1048576")
            : new ScryptHash(cost, block, parallel, salt, tag);
    }

    public override bool Matches(string password) => CryptographicOperations.FixedTimeEquals(
        SCrypt.Generate(Encoding.UTF8.GetBytes(password), Salt, 1 << LogCost, BlockSize, Parallelism, Tag.Length), Tag);
}
