using Tessera.Contracts.Ids;

namespace Tessera.Contracts.Feed;

/// <summary>That a person's tokens for a tenant, issued up to an instant, are no longer good: all of them, or those of one session or one grant.</summary>
/// <param name="Subject">The <c>sub</c>.</param>
/// <param name="IssuedUpTo">Seconds since 1970; a token with this <c>iat</c> or an earlier one is refused.</param>
/// <param name="ForgetAfter">Seconds since 1970, by when every such token has expired of itself.</param>
/// <param name="Session">The <c>sid</c> of the tokens it is about; absent where it is about more than one session's or about a grant's.</param>
/// <param name="Grant">The <c>oi_au_id</c> of the tokens it is about, where one client's part in a session has ended and not the session.</param>
internal sealed record RevocationEntry(TenantId TenantId, string Subject, long IssuedUpTo, long ForgetAfter, string? Session = null, string? Grant = null);
