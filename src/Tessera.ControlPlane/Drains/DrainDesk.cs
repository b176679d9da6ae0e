using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Moves;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Drains;

/// <summary>Begins the draining of a cell and says how far it is. Opening or closing the cell ends it.</summary>
internal sealed class DrainDesk(DirectoryStore store)
{
    /// <summary>Doing it twice changes where the tenants go, and no more.</summary>
    public async Task<Outcome<DrainView>> BeginAsync(string cell, DrainRequest request, Caller caller, CancellationToken cancellation)
    {
        CellId to = default;
        if (!CellId.TryParse(cell, out var cellId))
        {
            return CellErrors.CellNotFound();
        }

        if (request.To is not null && !CellId.TryParse(request.To, out to))
        {
            return HttpErrors.Invalid("to", "Give a cell's id, such as us-1.");
        }

        var entry = new AuditEntry(caller.KeyId, "cell.drain", cellId.Value) { Details = new Dictionary<string, string> { ["to"] = request.To ?? "" } };
        var begun = await store.ChangeAsync<CellId>(DirectoryScope.All, entry, async change =>
        {
            var row = await change.Db.Cells.SingleOrDefaultAsync(known => known.CellId == cellId, cancellation);
            if (row is null || (request.To is not null && !await change.Db.Cells.AnyAsync(known => known.CellId == to, cancellation)))
            {
                return CellErrors.CellNotFound();
            }

            if (request.To is not null && to == cellId)
            {
                return DrainErrors.DrainsToItself();
            }

            // One that is lost stays so, and is drained all the same: of the process on its copy.
            if (row.State != CellState.Lost)
            {
                if (CellTurns.Refusal(row, CellState.Draining) is { } refusal)
                {
                    return refusal;
                }

                row.State = CellState.Draining;
            }

            if (await change.Db.Drains.SingleOrDefaultAsync(known => known.CellId == cellId, cancellation) is not { } drain)
            {
                drain = new DrainRow { CellId = cellId, RequestedBy = caller.KeyId, BeganAt = change.Now };
                change.Db.Drains.Add(drain);
            }

            (drain.To, drain.RequestedBy, drain.Blocked) = (request.To is null ? null : to, caller.KeyId, null);
            return cellId;
        }, cancellation);
        return begun is Outcome<CellId>.Refused(var error) ? error : await FindAsync(cell, cancellation);
    }

    public async Task<Outcome<DrainView>> FindAsync(string cell, CancellationToken cancellation)
    {
        if (!CellId.TryParse(cell, out var cellId))
        {
            return CellErrors.CellNotFound();
        }

        return await store.ReadAsync<Outcome<DrainView>>(DirectoryScope.All, async db =>
        {
            if (await db.Cells.SingleOrDefaultAsync(row => row.CellId == cellId, cancellation) is not { } row)
            {
                return CellErrors.CellNotFound();
            }

            if (await db.Drains.SingleOrDefaultAsync(known => known.CellId == cellId, cancellation) is not { } drain)
            {
                return DrainErrors.CellNotDraining();
            }

            var moves = db.Moves.Where(move => move.FromCell == cellId && move.ToCell != cellId);
            var since = moves.Where(move => move.CreatedAt >= drain.BeganAt);
            return new DrainView(
                cellId, row.State.ToString().ToLowerInvariant(), drain.To, drain.BeganAt,
                await Living(db, cellId).CountAsync(tenant => tenant.Pattern != Pattern.Shared && tenant.SharedRealmId == null, cancellation),
                await moves.CountAsync(move => MoveRules.Moving.Contains(move.State), cancellation),
                await since.CountAsync(move => MoveRules.Settled.Contains(move.State), cancellation),
                await since.CountAsync(move => move.State == MoveState.RolledBack, cancellation),
                await Living(db, cellId).CountAsync(tenant => tenant.Pattern == Pattern.Shared || tenant.SharedRealmId != null, cancellation),
                drain.Blocked);
        }, cancellation);
    }

    internal static IQueryable<TenantRow> Living(DirectoryDb db, CellId cell) =>
        db.Tenants.Where(tenant => tenant.CellId == cell && (tenant.State == TenantState.Active || tenant.State == TenantState.Suspended));
}
