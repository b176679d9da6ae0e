using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;
using CellProvisioning = Tessera.ControlPlane.Cells.Provisioning;

namespace Tessera.ControlPlane.SharedRealms;

/// <summary>
/// Makes the shared realm of a cell as a tenant is onboarded: claim the names, provision at the cell, activate. Wherever it
/// stops, the duty taken on with the claim removes the realm and then gives the names back.
/// </summary>
internal sealed class SharedRealmMaking(DirectoryStore store, CellProvisioning cells, Settlement settlement, Making making, Issuers issuers)
{
    // Moves are of tenants' realms alone.
    private const long Epoch = 1;

    public async Task<Outcome<SharedRealmMade>> RunAsync(SharedRealmRequest request, Caller caller)
    {
        var check = new Check();
        var plan = SharedRealmPlan.Read(check, request, issuers);
        if (check.Failed(out var fault))
        {
            return fault;
        }

        return await making.RunAsync<Claimed, PoolKeys, SharedRealmMade>(
            cancellation => ClaimAsync(plan, caller, cancellation),
            (claimed, cancellation) => ProvisionAsync(plan, claimed, cancellation),
            (claimed, keys, cancellation) => ActivateAsync(plan, claimed, keys, caller, cancellation));
    }

    private Task<Outcome<Claimed>> ClaimAsync(SharedRealmPlan plan, Caller caller, CancellationToken cancellation)
    {
        var entry = new AuditEntry(caller.KeyId, "shared_realm.claim", plan.Slug.Value)
        {
            Details = new Dictionary<string, string> { ["cell"] = plan.Cell.Value, ["host"] = plan.SignInHost },
        };
        return store.ChangeAsync<Claimed>(DirectoryScope.All, entry, async change =>
        {
            var cell = await change.Db.Cells.SingleOrDefaultAsync(row => row.CellId == plan.Cell, cancellation);
            if (cell is not { PublicKey: not null })
            {
                return cell is null ? CellErrors.CellNotFound()
                    : cell.Backend == Backend.Native ? CellErrors.CellNotJoined()
                    : CellErrors.CellOfOtherBackend("cell");
            }

            if (await change.Db.SharedRealms.AnyAsync(row => row.CellId == plan.Cell, cancellation))
            {
                return SharedRealmErrors.SharedRealmExists();
            }

            if (await NameClaims.TakeAsync(change, plan.Names, holder: null, cancellation) is { } taken)
            {
                return taken;
            }

            var realm = RowOf(plan, cell, SharedPool.Of(cell, change), change);
            change.Db.SharedRealms.Add(realm);
            change.Db.Clients.Add(plan.Client.ToRow(tenant: null, realm.RealmId, change));
            var duty = change.Owe(DutyKind.UndoSharedRealm, tenant: null, cell.CellId, realm.RealmId, change.Now + settlement.MakingTime);
            return new Claimed(realm, CellDoor.Of(cell), cell.Region, duty.DutyId);
        }, cancellation);
    }

    private async Task<Outcome<PoolKeys>> ProvisionAsync(SharedRealmPlan plan, Claimed claimed, CancellationToken cancellation)
    {
        var (realm, door) = (claimed.Realm, claimed.Door);
        if (await cells.PutPoolAsync(door, realm.PoolId, cancellation) is Outcome<PoolKeys>.Refused(var noPool))
        {
            return CellErrors.NotTheCallers(noPool);
        }

        var spec = new RealmSpec(realm.RealmId, realm.PoolId, realm.DisplayName, realm.SignInHost, TenantState.Active, Epoch);
        if (await cells.PutRealmAsync(door, spec, cancellation) is Outcome<byte[]>.Refused(var noRealm))
        {
            return CellErrors.NotTheCallers(noRealm);
        }

        var client = await cells.PutClientAsync(door, realm.PoolId, realm.RealmId, tenant: null, plan.Client.Spec, cancellation);
        return client is Outcome<PoolKeys>.Refused(var noClient) ? CellErrors.Within(noClient, "client") : client;
    }

    private Task<Outcome<SharedRealmMade>> ActivateAsync(SharedRealmPlan plan, Claimed claimed, PoolKeys keys, Caller caller, CancellationToken cancellation)
    {
        var id = claimed.Realm.RealmId;
        return store.ChangeAsync<SharedRealmMade>(DirectoryScope.All, new AuditEntry(caller.KeyId, "shared_realm.make", id.Value), async change =>
        {
            if (!await change.WaiveAsync(claimed.DutyId, cancellation))
            {
                return ClientErrors.MakingExpired();
            }

            var realm = await change.Db.SharedRealms.SingleAsync(row => row.RealmId == id, cancellation);
            realm.State = TenantState.Active;
            realm.Revision = change.Revision;
            var client = await change.Db.Clients.SingleAsync(row => row.ClientId == plan.Client.Spec.ClientId, cancellation);
            client.Active = true;
            await PoolKeyStore.AddAsync(change, keys, cancellation);
            return new SharedRealmMade(
                SharedRealmView.Of(realm, claimed.Region, [client], tenants: 0, issuers), new ClientMade(client.ClientId, plan.Client.Secret));
        }, cancellation);
    }

    private static SharedRealmRow RowOf(SharedRealmPlan plan, CellRow cell, PoolId pool, Change change) => new()
    {
        RealmId = RealmId.New(cell.Region),
        PoolId = pool,
        CellId = cell.CellId,
        Slug = plan.Slug,
        DisplayName = plan.DisplayName,
        SignInHost = plan.SignInHost,
        State = TenantState.Provisioning,
        CreatedAt = change.Now,
        Born = change.Revision,
        Revision = change.Revision,
    };

    private sealed record Claimed(SharedRealmRow Realm, CellDoor Door, string Region, Guid DutyId) : IUndoable;
}
