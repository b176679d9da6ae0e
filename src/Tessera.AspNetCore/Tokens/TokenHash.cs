using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Tessera.AspNetCore.Tokens;

/// <summary>
/// SHA-256 over the hash of what a token signs and its signature, which is all of it: what a token is remembered by, and what
/// nobody can use as one. The inner hash is needed for the signature in any case.
/// </summary>
internal readonly record struct TokenHash(UInt128 First, UInt128 Second)
{
    public const int Size = SHA256.HashSizeInBytes;

    /// <param name="signedHashAndSignature">The one right behind the other; the first always has the same length.</param>
    public static TokenHash Of(ReadOnlySpan<byte> signedHashAndSignature)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(signedHashAndSignature, hash);
        var halves = MemoryMarshal.Cast<byte, UInt128>(hash);
        return new TokenHash(halves[0], halves[1]);
    }

    public override int GetHashCode() => (int)First;
}
