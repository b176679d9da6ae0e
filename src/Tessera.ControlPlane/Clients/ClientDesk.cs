using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;
using CellProvisioning = Tessera.ControlPlane.Cells.Provisioning;

namespace Tessera.ControlPlane.Clients;

/// <summary>Makes, lists and removes a tenant's app clients. The directory and the cell agree, or a duty says what is owed.</summary>
internal sealed class ClientDesk(DirectoryStore store, TenantFinder tenants, CellProvisioning cell, Settlement settlement)
{
    private const int Most = 100;

    public async Task<Outcome<ClientMade>> MakeAsync(string tenantId, ClientRequest request, Caller caller, CancellationToken cancellation)
    {
        var check = new Check();
        var plan = ClientPlan.Read(check, request, prefix: "");
        if (check.Failed(out var fault))
        {
            return fault;
        }

        if (await tenants.FindAsync(tenantId, cancellation) is not Outcome<PlacedTenant>.Done(var placed))
        {
            return TenantErrors.TenantNotFound();
        }

        // From here on whoever hangs up gets no say: the client is made or unmade.
        using var deadline = settlement.MakingDeadline();
        return await AnnounceAsync(placed.Tenant, plan, caller, deadline.Token) switch
        {
            Outcome<DutyRow>.Done(var duty) => await MakeAsync(placed, plan, duty, caller, deadline.Token),
            Outcome<DutyRow>.Refused(var error) => error,
            _ => TenantErrors.TenantNotFound(),
        };
    }

    public async Task<Outcome<ClientList>> ListAsync(string tenantId, CancellationToken cancellation) =>
        await tenants.FindAsync(tenantId, cancellation) switch
        {
            Outcome<PlacedTenant>.Done(var placed) => new ClientList([.. placed.Clients.Select(ClientView.Of)]),
            Outcome<PlacedTenant>.Refused(var error) => error,
            _ => TenantErrors.TenantNotFound(),
        };

    public async Task<Outcome<ClientId>> RemoveAsync(string tenantId, string clientId, Caller caller, CancellationToken cancellation)
    {
        if (!TenantId.TryParse(tenantId, out var tenant) || !ClientId.TryParse(clientId, out var client))
        {
            return ClientErrors.ClientNotFound();
        }

        DutyRow? duty = null;
        var entry = new AuditEntry(caller.KeyId, "client.delete", client.Value, tenant);
        var removed = await store.ChangeAsync<ClientId>(DirectoryScope.Of(tenant), entry, async change =>
        {
            var owner = await change.Db.Tenants.SingleOrDefaultAsync(row => row.TenantId == tenant, cancellation);
            var clients = await change.Db.Clients.Where(row => row.TenantId == tenant && row.Active).ToListAsync(cancellation);
            if (owner is null || clients.Find(row => row.ClientId == client) is not { } gone)
            {
                return ClientErrors.ClientNotFound();
            }

            if (clients.Count == 1)
            {
                return ClientErrors.LastClient();
            }

            // Its name stays claimed: an id in somebody's configuration must never mean another client.
            change.Db.Clients.Remove(gone);
            owner.Revision = change.Revision;
            duty = change.Owe(DutyKind.RemoveClient, owner, change.Now, client);
            duty.Begun = true;
            return client;
        }, cancellation);
        if (duty is not null)
        {
            await settlement.SettleNowAsync(duty.DutyId);
        }

        return removed;
    }

    private async Task<Outcome<ClientMade>> MakeAsync(PlacedTenant placed, ClientPlan plan, DutyRow duty, Caller caller, CancellationToken cancellation)
    {
        var made = await cell.PutClientAsync(
            placed.Door, placed.Tenant.PoolId, placed.Tenant.RealmId, placed.Tenant.TenantId, plan.Spec, cancellation) switch
        {
            Outcome<PoolKeys>.Done(var keys) => await ActivateAsync(placed.Tenant, plan, keys, duty, caller, cancellation),
            Outcome<PoolKeys>.Refused(var error) => error,
            _ => CellErrors.CellRefused(),
        };
        if (made is Outcome<ClientMade>.Refused)
        {
            await settlement.SettleNowAsync(duty.DutyId);
        }

        return made;
    }

    private Task<Outcome<DutyRow>> AnnounceAsync(TenantRow tenant, ClientPlan plan, Caller caller, CancellationToken cancellation) =>
        store.ChangeAsync<DutyRow>(
            DirectoryScope.Of(tenant.TenantId),
            new AuditEntry(caller.KeyId, "client.announce", plan.Spec.ClientId.Value, tenant.TenantId),
            async change =>
            {
                if (await RefusalAsync(change.Db, tenant.TenantId, cancellation) is { } refusal)
                {
                    return refusal;
                }

                change.Db.Clients.Add(plan.ToRow(tenant.TenantId, change));
                change.Db.Names.Add(new NameRow { Kind = NameKind.ClientId, Name = plan.Spec.ClientId.Value, TenantId = tenant.TenantId });
                return change.Owe(DutyKind.RemoveClient, tenant, change.Now + settlement.MakingTime, plan.Spec.ClientId);
            },
            cancellation);

    private static async Task<Error?> RefusalAsync(DirectoryDb db, TenantId tenant, CancellationToken cancellation) =>
        !await db.Tenants.AnyAsync(row => row.TenantId == tenant && row.State != TenantState.Deleted, cancellation) ? TenantErrors.TenantNotFound()
        : await db.Clients.CountAsync(row => row.TenantId == tenant, cancellation) >= Most ? ClientErrors.TooManyClients()
        : null;

    private Task<Outcome<ClientMade>> ActivateAsync(
        TenantRow tenant, ClientPlan plan, PoolKeys keys, DutyRow duty, Caller caller, CancellationToken cancellation) =>
        store.ChangeAsync<ClientMade>(
            DirectoryScope.Of(tenant.TenantId),
            new AuditEntry(caller.KeyId, "client.make", plan.Spec.ClientId.Value, tenant.TenantId),
            async change =>
            {
                if (!await change.WaiveAsync(duty.DutyId, cancellation))
                {
                    return ClientErrors.MakingExpired();
                }

                var row = await change.Db.Clients.SingleAsync(client => client.ClientId == plan.Spec.ClientId, cancellation);
                row.Active = true;
                var owner = await change.Db.Tenants.SingleAsync(known => known.TenantId == tenant.TenantId, cancellation);
                owner.Revision = change.Revision;
                await PoolKeyStore.AddAsync(change, keys, cancellation);
                return new ClientMade(plan.Spec.ClientId, plan.Secret);
            },
            cancellation);
}
