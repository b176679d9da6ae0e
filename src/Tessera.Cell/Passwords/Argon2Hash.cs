using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Generators;
using Foreign = Org.BouncyCastle.Crypto.Parameters.Argon2Parameters;

namespace Tessera.Cell.Passwords;

/// <summary>
/// Argon2 (RFC 9106) as PHC strings have it: <c>$argon2id$v=19$m=19456,t=2,p=1$salt$hash</c>. Ours go through libsodium,
/// which takes one lane and salts of 16 bytes alone; others through a managed implementation, some ten times slower.
/// </summary>
internal sealed record Argon2Hash(bool IsId, int Version, int MemoryKib, int Passes, int Lanes, byte[] Salt, byte[] Tag) : PasswordHash
{
    private const int OurMemory = 19_456;
    private const int OurPasses = 2;
    private const int SaltSize = 16;
    private const int TagSize = 32;

    private static readonly Argon2id Ours = new(new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = OurMemory, NumberOfPasses = OurPasses });

    public override bool IsOurs => this is
    {
        IsId: true, Version: 19, MemoryKib: OurMemory, Passes: OurPasses, Lanes: 1, Salt.Length: SaltSize, Tag.Length: TagSize,
    };

    /// <summary>A new hash: Argon2id with 19 MiB, two passes, one lane, OWASP's first choice. Takes about 20 ms of one core.</summary>
    public static string Create(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return $"$argon2id$v=19$m={OurMemory},t={OurPasses},p=1${PhcText.Text(salt)}${PhcText.Text(Ours.DeriveBytes(Encoding.UTF8.GetBytes(password), salt, TagSize))}";
    }

    public static Parsed Read(string[] parts)
    {
        // Without a version it is of the first one, 1.0.
        if (parts.Length is not (4 or 5) || (parts.Length == 5 && parts[1] is not ("v=16" or "v=19"))
            || PhcText.Numbers(parts[^3], "m", "t", "p") is not [var memory, var passes, var lanes]
            || PhcText.Bytes(parts[^2], 8, 64) is not { } salt || PhcText.Bytes(parts[^1], 16, 64) is not { } tag)
        {
            return Parsed.Malformed;
        }

        return lanes is < 1 or > 8 || passes is < 1 or > 10 || memory < 8 * lanes || memory > 65_536
            ? Parsed.TooCostly("m from 8p to 65536 KiB, t from 1 to 10, p from 1 to 8")
            : new Argon2Hash(parts[0] == "argon2id", parts.Length == 5 && parts[1] == "v=19" ? 19 : 16, memory, passes, lanes, salt, tag);
    }

    public override bool Matches(string password) =>
        CryptographicOperations.FixedTimeEquals(IsOurs ? Ours.DeriveBytes(Encoding.UTF8.GetBytes(password), Salt, TagSize) : Derive(password), Tag);

    private byte[] Derive(string password)
    {
        var argon2 = new Argon2BytesGenerator();
        argon2.Init(new Foreign.Builder(IsId ? Foreign.Argon2id : Foreign.Argon2i)
            .WithVersion(Version == 19 ? Foreign.Version13 : Foreign.Version10)
            .WithMemoryAsKB(MemoryKib).WithIterations(Passes).WithParallelism(Lanes).WithSalt(Salt).Build());
        var tag = new byte[Tag.Length];
        argon2.GenerateBytes(Encoding.UTF8.GetBytes(password), tag);
        return tag;
    }
}
