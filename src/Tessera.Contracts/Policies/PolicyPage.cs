using System.Text.Json;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.Contracts.Policies;

/// <summary>
/// The platform's rules as the directory tells its cells, signed with the key they pinned when they joined: one row of the
/// directory, however many tenants there are.
/// </summary>
/// <param name="Revision">Of the change that made them; 0 where nobody has ruled yet. A cell never goes back.</param>
internal sealed record PolicyPage(long Revision, PolicyRules Platform)
{
    /// <summary>The JWS <c>typ</c>.</summary>
    public const string MediaType = "tessera-policy+jwt";

    /// <summary>The page as a compact JWS.</summary>
    public string Sign(IdentityKey key) => CompactJws.Sign(key, MediaType, JsonSerializer.SerializeToUtf8Bytes(this, WireJson.Default.PolicyPage));

    /// <summary>The page, if the directory has signed it and its values lie where they may; otherwise null.</summary>
    public static PolicyPage? Open(string jws, PublicJwk directoryKey)
    {
        try
        {
            return CompactJws.TryVerify(jws, MediaType, directoryKey, out var payload)
                && JsonSerializer.Deserialize(payload, WireJson.Default.PolicyPage) is { } page && page.Platform.IsBounded()
                ? page
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a cell sends to <c>POST /cells/{cell}/policy</c>.</summary>
/// <param name="Statement">A <c>CellStatement</c> that tells of nothing: its signature is the right to ask.</param>
/// <param name="After">The revision the cell has.</param>
/// <param name="Wait">Seconds to wait for a later one, at most 30; then the answer is what there is.</param>
internal sealed record PolicyQuestion(string Statement, long After, int Wait);
