using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Placements;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.UserPools;

/// <summary>
/// Binds tenants to clients of a registered user pool, in one change. From then on a token of such a client is that
/// tenant's and nobody else's: the binding is all that tells the pool's tenants apart.
/// </summary>
internal sealed class UserPoolTenants(DirectoryStore store, Issuers issuers)
{
    public async Task<Outcome<TenantView>> MakeAsync(string cell, string userPool, BindingRequest request, Caller caller, CancellationToken cancellation)
    {
        var check = new Check();
        var plan = BindingPlan.Read(check, request);
        if (!CellId.TryParse(cell, out var cellId) || !RealmId.TryParse(userPool, out var realm))
        {
            return UserPoolErrors.UserPoolNotFound();
        }

        if (check.Failed(out var fault))
        {
            return fault;
        }

        var id = TenantId.New();
        var entry = new AuditEntry(caller.KeyId, "tenant.bind", plan.Slug.Value, id)
        {
            Details = new Dictionary<string, string> { ["user_pool"] = realm.Value, ["clients"] = string.Join(' ', plan.Clients) },
        };
        return await store.ChangeAsync<TenantView>(DirectoryScope.All, entry, async change =>
        {
            var pool = await change.Db.Pools.SingleOrDefaultAsync(row => row.CellId == cellId && row.UserPoolId == realm, cancellation);
            if (pool is null)
            {
                return UserPoolErrors.UserPoolNotFound();
            }

            var house = await change.Db.Cells.SingleAsync(row => row.CellId == cellId, cancellation);
            if (Refusal(house) is { } refusal)
            {
                return refusal;
            }

            if (plan.Pattern == Pattern.Shared && !await change.Db.SharedRealms.AnyAsync(row => row.RealmId == realm, cancellation))
            {
                return UserPoolErrors.NoSharedClient();
            }

            if (await NameClaims.TakeAsync(change, plan.Names, id, cancellation) is { } taken)
            {
                return taken;
            }

            var tenant = TenantOf(plan, id, pool, change);
            var clients = plan.Clients.Select(client => BoundClients.Row(client, id, realm, change)).ToList();
            change.Db.Tenants.Add(tenant);
            change.Db.Clients.AddRange(clients);
            return TenantView.Of(tenant, house.Region, clients, issuers);
        }, cancellation);
    }

    private static Error? Refusal(CellRow house) => new Standing(house) is var cell && !Fit.IsOpen(cell) ? PlacementErrors.CellNotOpen(house.CellId.Value)
        : !Fit.HasRoom(cell) ? PlacementErrors.CellFull(house.CellId.Value, house.Capacity)
        : null;

    private static TenantRow TenantOf(BindingPlan plan, TenantId id, PoolRow pool, Change change) => new()
    {
        TenantId = id,
        Slug = plan.Slug,
        DisplayName = plan.DisplayName,
        State = TenantState.Active,
        Pattern = plan.Pattern,
        CellId = pool.CellId,
        PoolId = pool.PoolId,
        RealmId = pool.UserPoolId!.Value,
        SharedRealmId = plan.Pattern == Pattern.Shared ? pool.UserPoolId : null,
        Epoch = 1,
        SignInHost = pool.SignInHost!,
        Issuer = pool.Issuer,
        EmailDomains = [],
        CreatedAt = change.Now,
        Born = change.Revision,
        Revision = change.Revision,
    };
}
