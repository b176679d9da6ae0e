using System.Runtime.CompilerServices;
using Tessera.Contracts.Keys;

namespace Tessera.AspNetCore.Tokens;

/// <summary>Verifies a signature with one key that was chosen by the directory.</summary>
internal static class TokenSignature
{
    // Keyed by the feed's own object, so a key that leaves the directory leaves here too.
    private static readonly ConditionalWeakTable<PublicJwk, VerificationKey> Keys = [];

    public static bool Holds(PublicJwk key, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature) =>
        Keys.GetValue(key, VerificationKey.Import).Verifies(signed, signature);
}
