using Tessera.Contracts.Provisioning;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Tenants;

internal static class RealmOf
{
    /// <summary>A shared tenant as its shared realm is to have it now.</summary>
    public static SharedTenantSpec SharedTenant(TenantRow tenant) => new(tenant.TenantId, tenant.Slug, tenant.DisplayName, tenant.State);

    /// <summary>The realm as its cell is to have it now.</summary>
    public static RealmSpec Tenant(TenantRow tenant) => new(
        tenant.RealmId, tenant.PoolId, tenant.DisplayName, tenant.SignInHost, tenant.State, tenant.Epoch, tenant.TenantId);
}
