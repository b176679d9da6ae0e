using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Tessera.AspNetCore.Tokens;

/// <summary>
/// SHA-256 of what a token signs: what a token is looked up by once it is remembered, and what nobody can use as one. It is
/// needed for the signature in any case.
/// </summary>
internal readonly record struct TokenHash(UInt128 First, UInt128 Second)
{
    public const int Size = SHA256.HashSizeInBytes;

    /// <param name="signedHash">The hash, as it was computed.</param>
    public static TokenHash Of(ReadOnlySpan<byte> signedHash)
    {
        var halves = MemoryMarshal.Cast<byte, UInt128>(signedHash[..Size]);
        return new TokenHash(halves[0], halves[1]);
    }

    public override int GetHashCode() => (int)First;
}
