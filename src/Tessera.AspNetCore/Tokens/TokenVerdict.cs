using Tessera.Contracts.Feed;

namespace Tessera.AspNetCore.Tokens;

/// <summary>What became of a token.</summary>
internal abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    /// <param name="Tenant">The tenant it was issued for, as the directory knows it now.</param>
    public sealed record Accepted(TenantEntry Tenant, CompactToken Token) : TokenVerdict
    {
        /// <summary>The tenant's own realm, or its shared one.</summary>
        public string Issuer => Token.Issuer!;
    }

    /// <param name="KeysAt">The issuer whose keys, fetched anew, may let it pass.</param>
    public sealed record Refused(TokenFailure Failure, string? KeysAt = null) : TokenVerdict;
}
