using System.Text.Json;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.Contracts.Revocations;

/// <summary>
/// Revocations as one cell tells them, signed with the key it joined with. Said twice it says nothing new, so one that is
/// sent again does no harm; it is good for a few minutes all the same.
/// </summary>
/// <param name="Audience">Thumbprint of the control plane's key: a statement to one is none to another.</param>
/// <param name="IssuedAt">Seconds since 1970 by the cell's clock.</param>
internal sealed record CellStatement(CellId Cell, string Audience, long IssuedAt, IReadOnlyList<RevocationNotice> Revocations)
{
    /// <summary>The JWS <c>typ</c>.</summary>
    public const string MediaType = "tessera-cell+jwt";

    /// <summary>The most notices in one statement.</summary>
    public const int Most = 100;

    /// <summary>How far the cell's clock may be from the control plane's, and how long a statement may be under way.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>The statement as a compact JWS.</summary>
    public string Sign(IdentityKey key) => CompactJws.Sign(key, MediaType, JsonSerializer.SerializeToUtf8Bytes(this, WireJson.Default.CellStatement));

    /// <summary>The statement, if the cell has signed it with its key, of itself, for this audience and a moment ago; otherwise null.</summary>
    public static CellStatement? Open(string jws, PublicJwk cellKey, CellId cell, string audience, DateTimeOffset now) =>
        CompactJws.TryVerify(jws, MediaType, cellKey, out var payload) && Parse(payload) is { } statement
            && statement.IsOf(cell) && statement.IsFor(audience) && statement.IsRecent(now) && statement.IsBounded() && statement.HasNoGaps()
            ? statement
            : null;

    private bool IsOf(CellId cell) => Cell == cell;

    private bool IsFor(string audience) => Audience == audience;

    // Compared and not subtracted: a number beyond the calendar is no moment ago either.
    private bool IsRecent(DateTimeOffset now)
    {
        var (seconds, life) = (now.ToUnixTimeSeconds(), (long)Life.TotalSeconds);
        return IssuedAt >= seconds - life && IssuedAt <= seconds + life;
    }

    private bool IsBounded() => Revocations.Count <= Most;

    // What the JSON reader lets through as an entry of a list.
    private bool HasNoGaps() => !((IReadOnlyList<RevocationNotice?>)Revocations).Contains(null);

    private static CellStatement? Parse(byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, WireJson.Default.CellStatement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
