using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.AspNetCore.Tokens;

/// <summary>
/// The rules for access tokens of Amazon Cognito, which have neither <c>typ</c> nor, unless asked for, <c>aud</c>. All tenants
/// of a user pool have its keys and its issuer in common, so what tells them apart is the client, as the directory binds it.
/// </summary>
internal static class CognitoChecks
{
    public static TokenFailure? AlgorithmIsCognitos(TokenCandidate candidate) =>
        candidate.Token.Algorithm == "RS256" ? null : TokenFailure.AlgorithmNotAllowed;

    public static TokenFailure? TypeIsNoOther(TokenCandidate candidate) =>
        candidate.Token.Type is null or "JWT" or "at+jwt" ? null : TokenFailure.WrongType;

    /// <summary>By the client: one tenant's own names it; the pool's shared one leaves it to the claim, which is then demanded.</summary>
    public static TokenFailure? TenantIsKnownByClient(TokenCandidate candidate)
    {
        if (!ClientId.TryParse(candidate.Token.ClientId, out var client))
        {
            return TokenFailure.ClientNotOfTenant;
        }

        if (candidate.Directory.TryGet(client, out var bound))
        {
            candidate.Tenant = candidate.Directory.TryGet(bound.TenantId, out var tenant) ? tenant : null;
            return candidate.Tenant is null ? TokenFailure.TenantUnknown : null;
        }

        return candidate.Directory.TryGetShared(client, out var shared) ? TenantIsNamed(candidate, shared) : TokenFailure.ClientNotOfTenant;
    }

    public static TokenFailure? TenantClaimsAgree(TokenCandidate candidate) =>
        Agrees(candidate.Token.TenantId, candidate.Tenant!) && Agrees(candidate.Token.CustomTenantId, candidate.Tenant!) ? null : TokenFailure.TenantMismatch;

    public static TokenFailure? IssuerIsTheTenantsUserPool(TokenCandidate candidate)
    {
        candidate.Home = TokenHome.Of(candidate.Tenant!, candidate.Token.Issuer, Backend.Cognito, candidate.Directory);
        return candidate.Home is null ? TokenFailure.IssuerMismatch : null;
    }

    // A token that was asked for with a resource says so.
    public static TokenFailure? AudienceIsThisApiIfAny(TokenCandidate candidate) =>
        candidate.Token.Audiences is null ? null : TokenChecks.AudienceIsThisApi(candidate);

    private static TokenFailure? TenantIsNamed(TokenCandidate candidate, SharedRealmEntry shared)
    {
        if (!TenantId.TryParse(candidate.Token.CustomTenantId ?? candidate.Token.TenantId, out var id))
        {
            return TokenFailure.TenantMissing;
        }

        candidate.Tenant = candidate.Directory.TryGet(id, out var tenant) ? tenant : null;
        return candidate.Tenant is null ? TokenFailure.TenantUnknown
            : candidate.Tenant.SharedRealm == shared.Realm ? null
            : TokenFailure.ClientNotOfTenant;
    }

    private static bool Agrees(string? claim, TenantEntry tenant) =>
        claim is null || (TenantId.TryParse(claim, out var id) && id == tenant.TenantId);
}
