using Tessera.Contracts.Provisioning;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Tenants;

internal static class RealmOf
{
    /// <summary>The realm as its cell is to have it now.</summary>
    public static RealmSpec Tenant(TenantRow tenant) => new(
        tenant.RealmId, tenant.PoolId, tenant.DisplayName, tenant.SignInHost, tenant.State, tenant.Epoch, tenant.TenantId);
}
