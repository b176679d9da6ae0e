using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.AspNetCore.Keys;

/// <summary>What an issuer publishes at its <c>jwks_uri</c>, once it has been found to be good: 1 to 10 RSA keys, each with an id of its own.</summary>
/// <param name="Text">The set as it is kept, without what is not needed.</param>
internal sealed record KeySet(string Text, IReadOnlyList<PublicJwk> Keys)
{
    /// <summary>False for a set that is empty, broken, too large, or holds a private key; such a one takes no other's place.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out KeySet? set)
    {
        set = null;
        if (!ClientKeySet.TryRead(text, out var kept, out _))
        {
            return false;
        }

        try
        {
            using var json = JsonDocument.Parse(kept);
            var keys = json.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.Deserialize(WireJson.Default.PublicJwk)!).ToList();
            set = new KeySet(kept, keys);
            return keys.TrueForAll(key => key.Alg == "RS256");
        }
        catch (JsonException)
        {
            return false; // A key without an id.
        }
    }
}
