using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.SharedRealms;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Users;

/// <summary>Where a cell keeps some people, and whose right it takes to reach them; the platform's where there is no tenant.</summary>
internal sealed record People(string Path, TenantId? Tenant)
{
    /// <summary>A tenant's people: the accounts of its realm, or its members in the shared one.</summary>
    public static People Of(TenantRow tenant) => tenant.Pattern == Pattern.Shared
        ? MembersOf(tenant, tenant.RealmId)
        : new People($"/cell/realms/{tenant.RealmId}/accounts", tenant.TenantId);

    /// <summary>A promoted tenant's people as the shared realm it has not left yet still knows them.</summary>
    public static People? LeftBehindBy(TenantRow tenant) =>
        tenant is { Pattern: not Pattern.Shared, SharedRealmId: { } shared } ? MembersOf(tenant, shared) : null;

    /// <summary>The accounts of a shared realm, which are nobody's but the platform's.</summary>
    public static People Of(SharedRealmRow realm) => new($"/cell/realms/{realm.RealmId}/accounts", Tenant: null);

    private static People MembersOf(TenantRow tenant, RealmId shared) =>
        new($"/cell/realms/{shared}/tenants/{tenant.TenantId}/members", tenant.TenantId);
}
