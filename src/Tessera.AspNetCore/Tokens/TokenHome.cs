using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Feed;

namespace Tessera.AspNetCore.Tokens;

/// <summary>A realm whose tokens a tenant takes: its own, or the shared one it lives in or has not left yet.</summary>
internal sealed record TokenHome(string Issuer, PoolId Pool, IReadOnlyList<ClientId> Clients)
{
    /// <summary>The home of <paramref name="tenant"/> that <paramref name="issuer"/> names, character by character; null when it names none.</summary>
    public static TokenHome? Of(TenantEntry tenant, string? issuer, DirectoryMap directory) =>
        tenant.Pattern != Pattern.Shared && issuer == tenant.Issuer ? new TokenHome(tenant.Issuer, tenant.Pool, tenant.Clients)
        : tenant.SharedRealm is { } realm && directory.TryGetShared(realm, out var shared) && issuer == shared.Issuer
            ? new TokenHome(shared.Issuer, shared.Pool, shared.Clients)
        : null;
}
