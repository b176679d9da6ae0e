using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.SharedRealms;

/// <summary>A shared realm, its active clients in order of age, and the cell it is in.</summary>
internal sealed record PlacedSharedRealm(SharedRealmRow Realm, IReadOnlyList<ClientRow> Clients, CellRow Cell, int Tenants)
{
    public CellDoor Door => CellDoor.Of(Cell);
}

/// <summary>Finds shared realms that are there, not those in the making.</summary>
internal sealed class SharedRealmFinder(DirectoryStore store, Issuers issuers)
{
    public async Task<Outcome<PlacedSharedRealm>> FindAsync(string realm, CancellationToken cancellation)
    {
        if (!RealmId.TryParse(realm, out var id))
        {
            return SharedRealmErrors.SharedRealmNotFound();
        }

        var found = await store.ReadAsync(DirectoryScope.All, db => ReadAsync(db, There(db).Where(row => row.RealmId == id), cancellation), cancellation);
        return found is [var placed] ? placed : SharedRealmErrors.SharedRealmNotFound();
    }

    /// <summary>The same of one whose cell is ours to talk to.</summary>
    public async Task<Outcome<PlacedSharedRealm>> FindAtCellAsync(string realm, CancellationToken cancellation) =>
        await FindAsync(realm, cancellation) is var found && found is Outcome<PlacedSharedRealm>.Done({ Realm.Issuer: not null })
            ? TenantErrors.TenantAtCognito()
            : found;

    /// <summary>All of them: a cell has one at most, and so has a user pool.</summary>
    public async Task<SharedRealmList> ListAsync(CancellationToken cancellation) => new([
        .. (await store.ReadAsync(DirectoryScope.All, db => ReadAsync(db, There(db), cancellation), cancellation)).Select(View)]);

    public SharedRealmView View(PlacedSharedRealm placed) =>
        SharedRealmView.Of(placed.Realm, placed.Cell.Region, placed.Clients, placed.Tenants, issuers);

    private static async Task<List<PlacedSharedRealm>> ReadAsync(DirectoryDb db, IQueryable<SharedRealmRow> wanted, CancellationToken cancellation)
    {
        var realms = await wanted.OrderBy(row => row.Born).ToListAsync(cancellation);
        var ids = realms.ConvertAll(row => row.RealmId);
        var clients = (await db.Clients.Where(row => row.TenantId == null && row.Active && ids.Contains(row.RealmId)).OrderBy(row => row.Born).ToListAsync(cancellation))
            .ToLookup(row => row.RealmId);
        var cellIds = realms.ConvertAll(row => row.CellId);
        var cells = await db.Cells.Where(row => cellIds.Contains(row.CellId)).ToDictionaryAsync(row => row.CellId, cancellation);
        var shared = realms.ConvertAll(row => (RealmId?)row.RealmId);
        var tenants = await db.Tenants.Where(row => row.SharedRealmId != null && shared.Contains(row.SharedRealmId) && row.State != TenantState.Deleted)
            .GroupBy(row => row.SharedRealmId)
            .Select(group => new { Realm = group.Key, Count = group.Count() })
            .ToDictionaryAsync(entry => entry.Realm!.Value, entry => entry.Count, cancellation);
        return realms.ConvertAll(row => new PlacedSharedRealm(row, [.. clients[row.RealmId]], cells[row.CellId], tenants.GetValueOrDefault(row.RealmId)));
    }

    private static IQueryable<SharedRealmRow> There(DirectoryDb db) => db.SharedRealms.Where(row => row.State == TenantState.Active);
}
