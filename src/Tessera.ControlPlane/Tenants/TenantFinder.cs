using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Tenants;

/// <summary>A tenant, its own active clients in order of age, and the cell it is placed in.</summary>
/// <param name="Promoting">A promotion is on its way.</param>
internal sealed record PlacedTenant(TenantRow Tenant, IReadOnlyList<ClientRow> Clients, CellRow Cell, bool Promoting)
{
    public CellDoor Door => CellDoor.Of(Cell);
}

/// <summary>Finds tenants that are there: neither in the making nor deleted.</summary>
internal sealed class TenantFinder(DirectoryStore store, Issuers issuers)
{
    /// <summary>One tenant, read in its own scope.</summary>
    public async Task<Outcome<PlacedTenant>> FindAsync(string tenantId, CancellationToken cancellation)
    {
        if (!TenantId.TryParse(tenantId, out var id))
        {
            return TenantErrors.TenantNotFound();
        }

        var placed = await store.ReadAsync(DirectoryScope.Of(id), async db =>
        {
            var tenant = await There(db).SingleOrDefaultAsync(row => row.TenantId == id, cancellation);
            return tenant is null ? null : new PlacedTenant(
                tenant,
                await db.Clients.Where(client => client.TenantId == id && client.Active).OrderBy(client => client.Born).ToListAsync(cancellation),
                await db.Cells.SingleAsync(cell => cell.CellId == tenant.CellId, cancellation),
                await db.Promotions.AnyAsync(promotion => promotion.TenantId == id, cancellation));
        }, cancellation);
        return placed is null ? TenantErrors.TenantNotFound() : placed;
    }

    /// <summary>The same of a tenant whose cell is ours to talk to.</summary>
    public async Task<Outcome<PlacedTenant>> FindAtCellAsync(string tenantId, CancellationToken cancellation) =>
        await FindAsync(tenantId, cancellation) is var found && found is Outcome<PlacedTenant>.Done({ Tenant.Issuer: not null })
            ? TenantErrors.TenantAtCognito()
            : found;

    public TenantView View(PlacedTenant placed) => TenantView.Of(placed.Tenant, placed.Cell.Region, placed.Clients, issuers);

    /// <summary>A page of all tenants in order of age, or the one with the slug.</summary>
    public async Task<Outcome<TenantList>> ListAsync(string? after, string? limit, string? slug, string? state, CancellationToken cancellation)
    {
        var check = new Check();
        var size = PageQuery.Limit(check, limit);
        TenantId last = default;
        if (after is not null && !TenantId.TryParse(after, out last))
        {
            check.Fail(Http.HttpErrors.Invalid("after", "Give the next of the page before."));
        }

        Slug wanted = default;
        if (slug is not null && !Slug.TryParse(slug, out wanted))
        {
            check.Fail(Http.HttpErrors.Invalid("slug", "Give a slug: lower-case letters, digits and inner hyphens."));
        }

        var only = state is not null && check.OneOf(state, "state", "active", "suspended") == "suspended" ? TenantState.Suspended : TenantState.Active;
        if (check.Failed(out var fault))
        {
            return fault;
        }

        return await store.ReadAsync(DirectoryScope.All, async db =>
        {
            var query = There(db);
            if (slug is not null)
            {
                query = query.Where(row => row.Slug == wanted);
            }

            if (state is not null)
            {
                query = query.Where(row => row.State == only);
            }

            if (after is not null)
            {
                query = query.Where(row => row.Born > db.Tenants.Where(other => other.TenantId == last).Select(other => other.Born).FirstOrDefault());
            }

            return await PageAsync(db, await query.OrderBy(row => row.Born).Take(size + 1).ToListAsync(cancellation), size, cancellation);
        }, cancellation);
    }

    private async Task<TenantList> PageAsync(DirectoryDb db, List<TenantRow> found, int size, CancellationToken cancellation)
    {
        var page = found.Take(size).ToList();
        var ids = page.ConvertAll(tenant => (TenantId?)tenant.TenantId);
        var clients = (await db.Clients.Where(client => ids.Contains(client.TenantId)).ToListAsync(cancellation)).ToLookup(client => client.TenantId);
        var regions = await db.Cells.ToDictionaryAsync(cell => cell.CellId, cell => cell.Region, cancellation);
        return new TenantList(
            [.. page.Select(tenant => TenantView.Of(tenant, regions[tenant.CellId], clients[tenant.TenantId], issuers))],
            found.Count > size ? page[^1].TenantId : null);
    }

    private static IQueryable<TenantRow> There(DirectoryDb db) =>
        db.Tenants.Where(row => row.State == TenantState.Active || row.State == TenantState.Suspended);
}
