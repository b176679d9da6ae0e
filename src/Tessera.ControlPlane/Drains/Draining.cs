using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Moves;
using Tessera.ControlPlane.Placements;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Drains;

/// <summary>Sends a draining cell's tenants off, the oldest first, never more of them at a time than twice what may be at work.</summary>
internal sealed class Draining(DirectoryStore store, Placement placement, IOptions<ControlOptions> options, TimeProvider time)
{
    // One that came back is not sent off again at once.
    private static readonly TimeSpan AfterRollback = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        var drains = await store.ReadAsync(DirectoryScope.All, db => db.Drains
            .Where(drain => db.Cells.Any(cell => cell.CellId == drain.CellId && (cell.State == CellState.Draining || cell.State == CellState.Lost)))
            .ToListAsync(cancellation), cancellation);
        foreach (var drain in drains)
        {
            await SendAsync(drain, cancellation);
        }
    }

    private async Task SendAsync(DrainRow drain, CancellationToken cancellation)
    {
        string? blocked = null;
        foreach (var tenant in await NextAsync(drain.CellId, cancellation))
        {
            // One that another control plane has sent off meanwhile is none that is kept.
            if (await PlanAsync(drain, tenant, cancellation) is Outcome<MoveRow>.Refused(var error) && error.Code != MoveErrors.MoveInProgress().Code)
            {
                blocked = error.Code;
            }
        }

        if (blocked != drain.Blocked)
        {
            await store.NoteAsync(
                DirectoryScope.All,
                db => db.Drains.Where(row => row.CellId == drain.CellId).ExecuteUpdateAsync(set => set.SetProperty(row => row.Blocked, blocked), cancellation),
                cancellation);
        }
    }

    private Task<List<TenantRow>> NextAsync(CellId cell, CancellationToken cancellation)
    {
        var rested = time.GetUtcNow() - AfterRollback;
        return store.ReadAsync(DirectoryScope.All, async db =>
        {
            var underWay = await db.Moves.CountAsync(move => move.FromCell == cell && MoveRules.Moving.Contains(move.State), cancellation);
            return await DrainDesk.Living(db, cell)
                .Where(tenant => tenant.Pattern != Pattern.Shared && tenant.SharedRealmId == null)
                .Where(tenant => !db.Moves.Any(move => move.TenantId == tenant.TenantId
                    && (MoveRules.Moving.Contains(move.State) || move.State == MoveState.Announced || (move.State == MoveState.RolledBack && move.ChangedAt > rested))))
                .OrderBy(tenant => tenant.Born)
                .Take(Math.Max(0, 2 * options.Value.MovesAtOnce - underWay))
                .ToListAsync(cancellation);
        }, cancellation);
    }

    private Task<Outcome<MoveRow>> PlanAsync(DrainRow drain, TenantRow tenant, CancellationToken cancellation)
    {
        var id = MoveId.New();
        return store.ChangeAsync<MoveRow>(DirectoryScope.All, new AuditEntry(drain.RequestedBy, "move.plan", id.ToString(), tenant.TenantId), async change =>
        {
            var to = drain.To;
            if (to is null)
            {
                var region = await change.Db.Cells.Where(cell => cell.CellId == drain.CellId).Select(cell => cell.Region).SingleAsync(cancellation);
                var chosen = await placement.ChooseAsync(change, PlacementWish.Of(tenant, region), cancellation);
                if (chosen is not Outcome<CellRow>.Done(var cell))
                {
                    return chosen is Outcome<CellRow>.Refused(var error) ? error : MoveErrors.AlreadyThere();
                }

                to = cell.CellId;
            }

            return await MovePlanning.PlanAsync(change, tenant.TenantId, new MoveWish(to, Pattern: null), id, drain.RequestedBy, cancellation);
        }, cancellation);
    }
}
