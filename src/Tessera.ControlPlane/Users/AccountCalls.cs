using System.Globalization;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Users;

/// <summary>What is asked of a cell about accounts. Each call carries the right to this tenant's accounts alone.</summary>
internal static class AccountCalls
{
    public static CellCall Make(TenantRow tenant, AccountSpec account) =>
        Call(HttpMethod.Post, tenant, "").With(account, WireJson.Default.AccountSpec);

    public static CellCall List(TenantRow tenant, Guid? after, int limit) =>
        Call(HttpMethod.Get, tenant, string.Create(CultureInfo.InvariantCulture, $"?limit={limit}{(after is null ? "" : $"&after={after}")}"));

    public static CellCall Get(TenantRow tenant, Guid sub) => Call(HttpMethod.Get, tenant, $"/{sub}");

    public static CellCall Change(TenantRow tenant, Guid sub, AccountChange change) =>
        Call(HttpMethod.Patch, tenant, $"/{sub}").With(change, WireJson.Default.AccountChange);

    private static CellCall Call(HttpMethod method, TenantRow tenant, string rest) =>
        new(method, $"/cell/realms/{tenant.RealmId}/accounts{rest}", ServicePurpose.Accounts, tenant.TenantId);
}
