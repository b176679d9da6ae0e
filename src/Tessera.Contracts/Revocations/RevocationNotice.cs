using Tessera.Contracts.Ids;

namespace Tessera.Contracts.Revocations;

/// <summary>What a cell tells of tokens it gave: those of a person for a tenant that are no longer good, all of them, or those of one session or one grant.</summary>
/// <param name="Subject">The <c>sub</c>.</param>
/// <param name="EndedAt">Seconds since 1970, rounded up: no token of an ended session or grant was issued later, nor one of all the person's that this is about.</param>
/// <param name="Session">The <c>sid</c>; absent where it is about more than one session's or about a grant's.</param>
/// <param name="Grant">The <c>oi_au_id</c>, where one client's part in a session has ended and not the session.</param>
internal sealed record RevocationNotice(TenantId TenantId, string Subject, long EndedAt, string? Session = null, string? Grant = null)
{
    /// <summary>How long after its end a token may still be shown somewhere: access tokens live an hour, and the rest is for clocks that differ and consumers that are behind.</summary>
    public static readonly TimeSpan Matters = TimeSpan.FromHours(2);
}
