using System.Runtime.CompilerServices;
using Tessera.Contracts.Keys;

namespace Tessera.AspNetCore.Tokens;

/// <summary>Verifies a signature with one key that was chosen by the directory.</summary>
internal static class TokenSignature
{
    // Keyed by the feed's own object, so a key that leaves the directory leaves here too.
    private static readonly ConditionalWeakTable<PublicJwk, VerificationKey> Keys = [];

    /// <param name="hash">SHA-256 of what was signed.</param>
    public static bool Holds(PublicJwk key, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) =>
        Keys.GetValue(key, VerificationKey.Import).Verifies(hash, signature);
}
