using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Moves;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;
using CellProvisioning = Tessera.ControlPlane.Cells.Provisioning;

namespace Tessera.ControlPlane.Clients;

/// <summary>Makes, lists and removes a realm's app clients. The directory and the cell agree, or a duty says what is owed.</summary>
internal sealed class ClientDesk(DirectoryStore store, CellProvisioning cell, Settlement settlement, Making making)
{
    private const int Most = 100;

    public async Task<Outcome<ClientMade>> MakeAsync(Task<Outcome<ClientOwner>> finding, ClientRequest request, Caller caller)
    {
        var check = new Check();
        var plan = ClientPlan.Read(check, request, prefix: "");
        var found = await finding;
        if (check.Failed(out var fault))
        {
            return fault;
        }

        if (found is not Outcome<ClientOwner>.Done(var owner))
        {
            return RefusalOf(found);
        }

        if (owner.IsGuest)
        {
            return TenantErrors.TenantIsShared();
        }

        return await making.RunAsync<DutyRow, PoolKeys, ClientMade>(
            cancellation => AnnounceAsync(owner, plan, caller, cancellation),
            (_, cancellation) => cell.PutClientAsync(owner.Door, owner.Pool, owner.Realm, owner.Tenant, plan.Spec, cancellation),
            (duty, keys, cancellation) => ActivateAsync(owner, plan, keys, duty, caller, cancellation));
    }

    public static async Task<Outcome<ClientList>> ListAsync(Task<Outcome<ClientOwner>> finding) =>
        await finding is var found && found is Outcome<ClientOwner>.Done(var owner)
            ? new ClientList([.. owner.Clients.Select(ClientView.Of)])
            : RefusalOf(found);

    public async Task<Outcome<ClientId>> RemoveAsync(Task<Outcome<ClientOwner>> finding, string clientId, Caller caller, CancellationToken cancellation)
    {
        var found = await finding;
        if (found is not Outcome<ClientOwner>.Done(var owner))
        {
            return RefusalOf(found);
        }

        if (!ClientId.TryParse(clientId, out var client))
        {
            return ClientErrors.ClientNotFound();
        }

        DutyRow? duty = null;
        var entry = new AuditEntry(caller.KeyId, "client.delete", client.Value, owner.Tenant);
        var removed = await store.ChangeAsync<ClientId>(owner.Scope, entry, async change =>
        {
            if (await owner.IsMovingAsync(change.Db, cancellation))
            {
                return MoveErrors.TenantMoving();
            }

            var clients = await owner.ClientsIn(change.Db).Where(row => row.Active).ToListAsync(cancellation);
            if (clients.Find(row => row.ClientId == client) is not { } gone)
            {
                return ClientErrors.ClientNotFound();
            }

            if (clients.Count == 1)
            {
                return ClientErrors.LastClient();
            }

            if (!await owner.TouchAsync(change, cancellation))
            {
                return ClientErrors.ClientNotFound();
            }

            // Its name stays claimed: an id in somebody's configuration must never mean another client.
            change.Db.Clients.Remove(gone);
            duty = change.Owe(DutyKind.RemoveClient, owner.Tenant, owner.Door.CellId, owner.Realm, change.Now, client);
            duty.Begun = true;
            return client;
        }, cancellation);
        if (duty is not null)
        {
            await settlement.SettleNowAsync(duty.DutyId);
        }

        return removed;
    }

    private static Error RefusalOf(Outcome<ClientOwner> found) =>
        found is Outcome<ClientOwner>.Refused(var error) ? error : TenantErrors.TenantNotFound();

    private Task<Outcome<DutyRow>> AnnounceAsync(ClientOwner owner, ClientPlan plan, Caller caller, CancellationToken cancellation) =>
        store.ChangeAsync<DutyRow>(
            owner.Scope,
            new AuditEntry(caller.KeyId, "client.announce", plan.Spec.ClientId.Value, owner.Tenant),
            async change =>
            {
                if (!await owner.IsThereAsync(change.Db, cancellation))
                {
                    return TenantErrors.TenantNotFound();
                }

                if (await owner.IsMovingAsync(change.Db, cancellation))
                {
                    return MoveErrors.TenantMoving();
                }

                if (await owner.ClientsIn(change.Db).CountAsync(cancellation) >= Most)
                {
                    return ClientErrors.TooManyClients();
                }

                change.Db.Clients.Add(plan.ToRow(owner.Tenant, owner.Realm, change));
                change.Db.Names.Add(new NameRow { Kind = NameKind.ClientId, Name = plan.Spec.ClientId.Value, TenantId = owner.Tenant });
                return change.Owe(DutyKind.RemoveClient, owner.Tenant, owner.Door.CellId, owner.Realm, change.Now + settlement.MakingTime, plan.Spec.ClientId);
            },
            cancellation);

    private Task<Outcome<ClientMade>> ActivateAsync(
        ClientOwner owner, ClientPlan plan, PoolKeys keys, DutyRow duty, Caller caller, CancellationToken cancellation) =>
        store.ChangeAsync<ClientMade>(
            owner.Scope,
            new AuditEntry(caller.KeyId, "client.make", plan.Spec.ClientId.Value, owner.Tenant),
            async change =>
            {
                if (!await change.WaiveAsync(duty.DutyId, cancellation) || !await owner.TouchAsync(change, cancellation))
                {
                    return ClientErrors.MakingExpired();
                }

                var row = await change.Db.Clients.SingleAsync(client => client.ClientId == plan.Spec.ClientId, cancellation);
                row.Active = true;
                await PoolKeyStore.AddAsync(change, keys, cancellation);
                return new ClientMade(plan.Spec.ClientId, plan.Secret);
            },
            cancellation);
}
