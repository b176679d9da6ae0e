using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Feed;

namespace Tessera.AspNetCore.Tokens;

/// <summary>A realm whose tokens a tenant takes: its own, or the shared one it lives in or has not left yet.</summary>
/// <param name="AlsoPools">Other pools that may have signed, each until its time: only while a tenant with a realm of its own moves, and shortly after.</param>
internal readonly record struct TokenHome(PoolId Pool, IReadOnlyList<ClientId> Clients, IReadOnlyList<AlsoPool>? AlsoPools = null)
{
    /// <summary>The home of <paramref name="tenant"/> on that back end that <paramref name="issuer"/> names, character by character; null when it names none.</summary>
    public static TokenHome? Of(TenantEntry tenant, string? issuer, Backend backend, DirectoryMap directory) =>
        tenant.Pattern != Pattern.Shared && tenant.Backend == backend && IsOf(issuer, tenant.Realm, tenant.Issuer, backend)
            ? new TokenHome(tenant.Pool, tenant.Clients, tenant.AlsoPools)
        : tenant.SharedRealm is { } realm && directory.TryGetShared(realm, out var shared)
            && shared.Backend == backend && IsOf(issuer, shared.Realm, shared.Issuer, backend)
            ? new TokenHome(shared.Pool, shared.Clients)
        : null;

    // A user pool of Amazon Cognito may have changed from one form of its issuer to the other while its tokens lived.
    private static bool IsOf(string? issuer, RealmId realm, string known, Backend backend) =>
        issuer == known || (backend == Backend.Cognito && CognitoIssuer.TryParse(issuer, out var pool) && pool == realm);
}
