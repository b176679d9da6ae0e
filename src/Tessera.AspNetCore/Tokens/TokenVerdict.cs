using System.Text.Json;
using Tessera.Contracts.Feed;

namespace Tessera.AspNetCore.Tokens;

/// <summary>What became of a token.</summary>
internal abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    /// <param name="Tenant">The tenant it was issued for, as the directory knows it now.</param>
    /// <param name="Issuer">The tenant's own realm, or its shared one.</param>
    /// <param name="Claims">Its payload.</param>
    public sealed record Accepted(TenantEntry Tenant, string Issuer, JsonElement Claims) : TokenVerdict;

    public sealed record Refused(TokenFailure Failure) : TokenVerdict;
}
