using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Routing;

namespace Tessera.AspNetCore.Tokens;

/// <summary>One rule each; null means that it holds. The rules for every token, and those for Tessera's own.</summary>
internal static class TokenChecks
{
    public static TokenFailure? HeaderIsPlain(TokenCandidate candidate) =>
        candidate.Token.HasForbiddenHeader ? TokenFailure.ForbiddenHeader : null;

    public static TokenFailure? AlgorithmIsAllowed(TokenCandidate candidate) =>
        candidate.Token.Algorithm is "ES256" or "RS256" ? null : TokenFailure.AlgorithmNotAllowed;

    public static TokenFailure? TypeIsAccessToken(TokenCandidate candidate) =>
        candidate.Token.Type == "at+jwt" ? null : TokenFailure.WrongType;

    public static TokenFailure? TenantIsKnown(TokenCandidate candidate)
    {
        if (!TenantId.TryParse(candidate.Token.TenantId, out var id))
        {
            return TokenFailure.TenantMissing;
        }

        candidate.Tenant = candidate.Directory.TryGet(id, out var tenant) ? tenant : null;
        return candidate.Tenant is null ? TokenFailure.TenantUnknown : null;
    }

    public static TokenFailure? IssuerIsTheTenants(TokenCandidate candidate)
    {
        candidate.Home = TokenHome.Of(candidate.Tenant!, candidate.Token.Issuer, Backend.Native, candidate.Directory);
        return candidate.Home is null ? TokenFailure.IssuerMismatch : null;
    }

    public static TokenFailure? KeyIsOfTheIssuersPool(TokenCandidate candidate)
    {
        if (!candidate.Directory.TryGet(candidate.Home!.Value.Pool, out var pool))
        {
            return TokenFailure.PoolUnknown;
        }

        candidate.KeysAt = pool.Issuer;
        if ((pool.Issuer is null ? pool.Keys : candidate.IssuerKeys?.Of(pool.Issuer)) is not { } keys)
        {
            return TokenFailure.KeysNotFetched;
        }

        candidate.Key = Find(keys, candidate.Token.KeyId) ?? KeyOfAlsoPools(candidate, candidate.Home.Value.AlsoPools);
        return candidate.Key is null ? TokenFailure.KeyNotOfPool : null;
    }

    /// <summary>Whether what a pool signs is good beside the tenant's own pool: that of the cell it is on its way to, or one it came from while its time lasts.</summary>
    private static bool IsGood(AlsoPool also, DateTimeOffset now) => also.Until is not { } until || now.ToUnixTimeSeconds() < until;

    private static PublicJwk? KeyOfAlsoPools(TokenCandidate candidate, IReadOnlyList<AlsoPool>? alsoPools)
    {
        foreach (var also in alsoPools ?? [])
        {
            if (IsGood(also, candidate.Now) && candidate.Directory.TryGet(also.Pool, out var pool) && Find(pool.Keys, candidate.Token.KeyId) is { } key)
            {
                return key;
            }
        }

        return null;
    }

    private static PublicJwk? Find(IReadOnlyList<PublicJwk> keys, string? kid)
    {
        foreach (var key in keys)
        {
            if (key.Kid == kid)
            {
                return key;
            }
        }

        return null;
    }

    public static TokenFailure? AlgorithmIsTheKeys(TokenCandidate candidate) =>
        candidate.Key!.Alg == candidate.Token.Algorithm ? null : TokenFailure.AlgorithmNotAllowed;

    // What was verified before holds for as long as it would be verified with the same key now.
    public static TokenFailure? SignatureHolds(TokenCandidate candidate) =>
        candidate.VerifiedWith is { } before
            ? before == candidate.Key ? null : TokenFailure.SignatureInvalid
            : TokenSignature.Holds(candidate.Key!, candidate.SignedHash.Span, candidate.Signature.Span) ? null : TokenFailure.SignatureInvalid;

    public static TokenFailure? ClientIsTheIssuers(TokenCandidate candidate)
    {
        foreach (var client in candidate.Home!.Value.Clients)
        {
            if (client.Value == candidate.Token.ClientId)
            {
                return null;
            }
        }

        return TokenFailure.ClientNotOfTenant;
    }

    public static TokenFailure? ClientIsAllowed(TokenCandidate candidate) =>
        candidate.Options.AllowedClients is not { } allowed || allowed.Contains(candidate.Token.ClientId!) ? null : TokenFailure.ClientNotAllowed;

    public static TokenFailure? AudienceIsThisApi(TokenCandidate candidate) =>
        candidate.Options.Audience is not { } audience || candidate.Token.Audiences?.Contains(audience) == true ? null : TokenFailure.AudienceMismatch;

    public static TokenFailure? UseIsAccess(TokenCandidate candidate) =>
        candidate.Token.Use == "access" ? null : TokenFailure.NotAnAccessToken;

    public static TokenFailure? SubjectIsThere(TokenCandidate candidate) =>
        string.IsNullOrEmpty(candidate.Token.Subject) ? TokenFailure.SubjectMissing : null;

    public static TokenFailure? TimesAreThere(TokenCandidate candidate) =>
        candidate.Token is { ExpiresAt: >= 0, IssuedAt: >= 0, NotBefore: null or >= 0 } ? null : TokenFailure.TimeInvalid;

    public static TokenFailure? IsNotExpired(TokenCandidate candidate) =>
        candidate.Now - candidate.Options.ClockSkew >= At(candidate.Token.ExpiresAt) ? TokenFailure.Expired : null;

    public static TokenFailure? HasBegun(TokenCandidate candidate)
    {
        var latest = candidate.Now + candidate.Options.ClockSkew;
        return At(candidate.Token.IssuedAt) > latest || At(candidate.Token.NotBefore) > latest ? TokenFailure.NotYetValid : null;
    }

    // Subject and time are there: the checks before have seen to it.
    public static TokenFailure? IsNotRevoked(TokenCandidate candidate) =>
        candidate.Directory.IsRevoked(
            candidate.Tenant!.TenantId, candidate.Token.Subject!, candidate.Token.Session, candidate.Token.Grant, candidate.Token.IssuedAt!.Value)
            ? TokenFailure.Revoked
            : null;

    public static TokenFailure? TenantIsActive(TokenCandidate candidate) =>
        candidate.Tenant!.State == TenantState.Active ? null : TokenFailure.TenantNotActive;

    private static DateTimeOffset? At(long? seconds) => seconds is { } at ? DateTimeOffset.FromUnixTimeSeconds(at) : null;
}
