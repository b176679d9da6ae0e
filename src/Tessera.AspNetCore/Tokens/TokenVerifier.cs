using Tessera.Feed;

namespace Tessera.AspNetCore.Tokens;

/// <summary>Verifies access tokens of all cells against the directory.</summary>
internal sealed class TokenVerifier(DirectoryMap directory, TesseraOptions options, TimeProvider clock)
{
    private const int MostCharacters = 8 * 1024;

    // The order is the security argument. Tenant and issuer are read before the signature, as keys to look up the one pool
    // whose keys may have signed: that of the tenant's own realm, or of the shared realm the directory says it lives in.
    // Nothing else of the payload is believed until the signature holds.
    private static readonly Func<TokenCandidate, TokenFailure?>[] Checks =
    [
        TokenChecks.HeaderIsPlain,
        TokenChecks.AlgorithmIsAllowed,
        TokenChecks.TypeIsAccessToken,
        TokenChecks.TenantIsKnown,
        TokenChecks.IssuerIsTheTenants,
        TokenChecks.KeyIsOfTheIssuersPool,
        TokenChecks.SignatureHolds,
        TokenChecks.ClientIsTheIssuers,
        TokenChecks.AudienceIsThisApi,
        TokenChecks.UseIsAccess,
        TokenChecks.SubjectIsThere,
        TokenChecks.TimeIsRight,
        TokenChecks.IsNotRevoked,
        TokenChecks.TenantIsActive,
    ];

    public TokenVerdict Verify(string token)
    {
        if (token.Length > MostCharacters)
        {
            return new TokenVerdict.Refused(TokenFailure.TooLong);
        }

        if (CompactToken.Read(token, out var failure) is not { } compact)
        {
            return new TokenVerdict.Refused(failure);
        }

        var candidate = new TokenCandidate(compact, directory, options, clock.GetUtcNow());
        foreach (var check in Checks)
        {
            if (check(candidate) is { } refused)
            {
                return new TokenVerdict.Refused(refused);
            }
        }

        return new TokenVerdict.Accepted(candidate.Tenant!, candidate.Home!.Issuer, compact.Payload);
    }
}
