using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.SharedRealms;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.UserPools;

/// <summary>Registers user pools that exist in Amazon Cognito, and lists them. Nothing is asked of or told to AWS.</summary>
internal sealed class UserPoolRegistry(DirectoryStore store, Issuers issuers)
{
    public async Task<Outcome<UserPoolView>> RegisterAsync(string cell, UserPoolRequest request, Caller caller, CancellationToken cancellation)
    {
        var check = new Check();
        var plan = UserPoolPlan.Read(check, request, issuers.AuthHost);
        if (!CellId.TryParse(cell, out var cellId))
        {
            return CellErrors.CellNotFound();
        }

        if (check.Failed(out var fault))
        {
            return fault;
        }

        return await store.ChangeAsync<UserPoolView>(DirectoryScope.All, new AuditEntry(caller.KeyId, "user_pool.register", plan.UserPool.Value), async change =>
        {
            switch (await CellAsync(change.Db, cellId, cancellation))
            {
                case Outcome<CellRow>.Refused(var error):
                    return error;
                case Outcome<CellRow>.Done(var row) when row.Region == plan.UserPool.Region:
                    return await AddAsync(change, plan, row, cancellation);
                default:
                    return CellErrors.CellElsewhere() with { Field = "user_pool_id" };
            }
        }, cancellation);
    }

    public async Task<Outcome<UserPoolList>> ListAsync(string cell, CancellationToken cancellation) => !CellId.TryParse(cell, out var cellId)
        ? CellErrors.CellNotFound()
        : await store.ReadAsync<Outcome<UserPoolList>>(DirectoryScope.All, async db =>
        {
            if (await CellAsync(db, cellId, cancellation) is not Outcome<CellRow>.Done(var row))
            {
                return CellErrors.CellNotFound();
            }

            var pools = await db.Pools.Where(pool => pool.CellId == cellId && pool.UserPoolId != null).OrderBy(pool => pool.Revision).ToListAsync(cancellation);
            var clients = (await db.Clients.Where(client => client.TenantId == null && client.Active).OrderBy(client => client.Born).ToListAsync(cancellation))
                .ToLookup(client => client.RealmId, client => client.ClientId);
            var tenants = await db.Tenants.Where(tenant => tenant.CellId == cellId && tenant.State != TenantState.Deleted)
                .GroupBy(tenant => tenant.RealmId)
                .Select(group => new { Realm = group.Key, Count = group.Count() })
                .ToDictionaryAsync(entry => entry.Realm, entry => entry.Count, cancellation);
            return new UserPoolList([.. pools.Select(pool => View(pool, row, [.. clients[pool.UserPoolId!.Value]], tenants.GetValueOrDefault(pool.UserPoolId!.Value)))]);
        }, cancellation);

    /// <summary>A cell in Amazon Cognito, and no other.</summary>
    public static async Task<Outcome<CellRow>> CellAsync(DirectoryDb db, CellId cell, CancellationToken cancellation) =>
        await db.Cells.SingleOrDefaultAsync(row => row.CellId == cell, cancellation) is not { } found ? CellErrors.CellNotFound()
        : found.Backend == Backend.Cognito ? found
        : CellErrors.CellOfOtherBackend("cell");

    private static async Task<Outcome<UserPoolView>> AddAsync(Change change, UserPoolPlan plan, CellRow cell, CancellationToken cancellation)
    {
        if (await IsRealmAsync(change.Db, plan.UserPool, cancellation))
        {
            return UserPoolErrors.UserPoolTaken();
        }

        if (!await CognitoLimits.HasUserPoolLeftAsync(change.Db, cell, cancellation))
        {
            return UserPoolErrors.UserPoolsUsedUp();
        }

        if (await NameClaims.TakeAsync(change, plan.Names, holder: null, cancellation) is { } taken)
        {
            return taken;
        }

        var pool = new PoolRow
        {
            PoolId = PoolId.New(),
            CellId = cell.CellId,
            UserPoolId = plan.UserPool,
            Issuer = plan.Issuer,
            SignInHost = plan.SignInHost,
            Revision = change.Revision,
        };
        change.Db.Pools.Add(pool);
        if (plan.Shared is { } shared)
        {
            change.Db.SharedRealms.Add(RealmOf(pool, shared, change));
            change.Db.Clients.AddRange(shared.Clients.Select(client => BoundClients.Row(client, tenant: null, plan.UserPool, change)));
        }

        return View(pool, cell, plan.Shared?.Clients ?? [], tenants: 0);
    }

    // Whoever looks a realm up by its id must find one.
    private static async Task<bool> IsRealmAsync(DirectoryDb db, RealmId id, CancellationToken cancellation) =>
        await db.Pools.AnyAsync(row => row.UserPoolId == id, cancellation)
        || await db.Tenants.AnyAsync(row => row.RealmId == id, cancellation)
        || await db.SharedRealms.AnyAsync(row => row.RealmId == id, cancellation);

    private static SharedRealmRow RealmOf(PoolRow pool, SharedClientsPlan shared, Change change) => new()
    {
        RealmId = pool.UserPoolId!.Value,
        PoolId = pool.PoolId,
        CellId = pool.CellId,
        Slug = shared.Slug,
        DisplayName = shared.DisplayName,
        SignInHost = pool.SignInHost!,
        Issuer = pool.Issuer,
        State = TenantState.Active,
        CreatedAt = change.Now,
        Born = change.Revision,
        Revision = change.Revision,
    };

    private static UserPoolView View(PoolRow pool, CellRow cell, IReadOnlyList<ClientId> shared, int tenants) =>
        new(pool.UserPoolId!.Value, pool.PoolId, pool.CellId, cell.Region, pool.Issuer!, pool.SignInHost!, shared, tenants);
}
