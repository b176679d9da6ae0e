using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Moves;
using Tessera.ControlPlane.SharedRealms;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Clients;

/// <summary>A realm and its active clients in order of age: a tenant's own realm, or a shared one, which has no tenant.</summary>
/// <param name="IsGuest">A tenant that lives in another's realm: it has no clients and can be given none.</param>
internal sealed record ClientOwner(RealmId Realm, PoolId Pool, TenantId? Tenant, CellDoor Door, IReadOnlyList<ClientRow> Clients, bool IsGuest = false)
{
    public DirectoryScope Scope => Tenant is { } tenant ? DirectoryScope.Of(tenant) : DirectoryScope.All;

    /// <summary>The owner's clients and nobody else's, whatever the scope shows beside them.</summary>
    public IQueryable<ClientRow> ClientsIn(DirectoryDb db) => db.Clients.Where(row => row.RealmId == Realm && row.TenantId == Tenant);

    public Task<bool> IsThereAsync(DirectoryDb db, CancellationToken cancellation) => Tenant is { } id
        ? db.Tenants.AnyAsync(row => row.TenantId == id && row.State != TenantState.Deleted, cancellation)
        : db.SharedRealms.AnyAsync(row => row.RealmId == Realm, cancellation);

    /// <summary>Whether the owner is on its way to another place: its clients then stay as they are.</summary>
    public async Task<bool> IsMovingAsync(DirectoryDb db, CancellationToken cancellation) =>
        Tenant is not null && await MoveCounts.IsMovingAsync(db, Tenant, cancellation);

    /// <summary>Says in the feed that the owner's clients have changed; false when the owner is no more.</summary>
    public async Task<bool> TouchAsync(Change change, CancellationToken cancellation)
    {
        if (Tenant is { } id)
        {
            var tenant = await change.Db.Tenants.SingleOrDefaultAsync(row => row.TenantId == id && row.State != TenantState.Deleted, cancellation);
            tenant?.Revision = change.Revision;
            return tenant is not null;
        }

        var shared = await change.Db.SharedRealms.SingleOrDefaultAsync(row => row.RealmId == Realm, cancellation);
        shared?.Revision = change.Revision;
        return shared is not null;
    }
}

/// <summary>Finds the realm whose clients a request is about.</summary>
internal sealed class ClientOwners(TenantFinder tenants, SharedRealmFinder sharedRealms)
{
    public async Task<Outcome<ClientOwner>> OfTenantAsync(string tenantId, CancellationToken cancellation) =>
        await tenants.FindAtCellAsync(tenantId, cancellation) switch
        {
            Outcome<PlacedTenant>.Done(var placed) => new ClientOwner(
                placed.Tenant.RealmId, placed.Tenant.PoolId, placed.Tenant.TenantId, placed.Door, placed.Clients, IsGuest: placed.Tenant.Pattern == Pattern.Shared),
            Outcome<PlacedTenant>.Refused(var error) => error,
            _ => TenantErrors.TenantNotFound(),
        };

    public async Task<Outcome<ClientOwner>> OfSharedRealmAsync(string realm, CancellationToken cancellation) =>
        await sharedRealms.FindAtCellAsync(realm, cancellation) switch
        {
            Outcome<PlacedSharedRealm>.Done(var placed) => new ClientOwner(placed.Realm.RealmId, placed.Realm.PoolId, Tenant: null, placed.Door, placed.Clients),
            Outcome<PlacedSharedRealm>.Refused(var error) => error,
            _ => SharedRealmErrors.SharedRealmNotFound(),
        };
}
