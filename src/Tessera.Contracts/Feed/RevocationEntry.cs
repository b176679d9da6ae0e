using Tessera.Contracts.Ids;

namespace Tessera.Contracts.Feed;

/// <summary>That a person's tokens for a tenant, issued up to an instant, are no longer good.</summary>
/// <param name="Subject">The <c>sub</c>.</param>
/// <param name="IssuedUpTo">Seconds since 1970; a token with this <c>iat</c> or an earlier one is refused.</param>
/// <param name="ForgetAfter">Seconds since 1970, by when every such token has expired of itself.</param>
public sealed record RevocationEntry(TenantId TenantId, string Subject, long IssuedUpTo, long ForgetAfter);
