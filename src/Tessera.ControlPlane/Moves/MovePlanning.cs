using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Moves;

/// <summary>Writes a move down, within the change that has looked whether it may be made.</summary>
internal static class MovePlanning
{
    public static async Task<Outcome<MoveRow>> PlanAsync(Change change, TenantId tenant, MoveWish wish, MoveId id, string actor, CancellationToken cancellation) =>
        await CandidateAsync(change.Db, tenant, wish, cancellation) switch
        {
            Outcome<MoveCandidate>.Done(var candidate) => await WriteAsync(change, candidate, id, actor, cancellation),
            Outcome<MoveCandidate>.Refused(var error) => error,
            _ => TenantErrors.TenantNotFound(),
        };

    /// <summary>The move, if nothing is against it.</summary>
    public static async Task<Outcome<MoveCandidate>> CandidateAsync(DirectoryDb db, TenantId id, MoveWish wish, CancellationToken cancellation)
    {
        if (await db.Tenants.SingleOrDefaultAsync(row => row.TenantId == id, cancellation) is not { } tenant)
        {
            return TenantErrors.TenantNotFound();
        }

        var to = wish.To ?? tenant.CellId;
        if (await db.Cells.SingleOrDefaultAsync(row => row.CellId == to, cancellation) is not { } target)
        {
            return CellErrors.CellNotFound();
        }

        var candidate = new MoveCandidate(db, tenant, await db.Cells.SingleAsync(row => row.CellId == tenant.CellId, cancellation), target, wish.Pattern ?? tenant.Pattern);
        return await MoveChecks.FaultAsync(candidate, cancellation) is { } fault ? fault : candidate;
    }

    /// <summary>Keys of a cell that was declared lost may be in anybody's hand: none of its tokens outlives the move.</summary>
    public static bool IsEmergency(CellRow from) => from.State == CellState.Lost;

    private static async Task<MoveRow> WriteAsync(Change change, MoveCandidate candidate, MoveId id, string actor, CancellationToken cancellation)
    {
        var tenant = candidate.Tenant;
        await ForgetMarkersAsync(change, tenant.TenantId, candidate.To.CellId, cancellation);
        var move = new MoveRow
        {
            MoveId = id,
            TenantId = tenant.TenantId,
            RealmId = tenant.RealmId,
            FromCell = tenant.CellId,
            FromPool = tenant.PoolId,
            FromPattern = tenant.Pattern,
            ToCell = candidate.To.CellId,
            ToPool = candidate.Pattern == Pattern.Hybrid ? SharedPool.Of(candidate.To, change) : await OwnPoolAsync(change, candidate, cancellation),
            ToPattern = candidate.Pattern,
            Epoch = tenant.Epoch,
            Emergency = IsEmergency(candidate.From),
            RequestedBy = actor,
            CreatedAt = change.Now,
            ChangedAt = change.Now,
            NotBefore = change.Now,
            Born = change.Revision,
        };
        change.Db.Moves.Add(move);
        return move;
    }

    // Its rows there, and the marker, make room for what comes: there is nothing left to purge under the old move.
    private static Task<int> ForgetMarkersAsync(Change change, TenantId tenant, CellId cell, CancellationToken cancellation) => change.Db.Moves
        .Where(row => row.TenantId == tenant && row.FromCell == cell && row.State == MoveState.Purging)
        .ExecuteUpdateAsync(set => set
            .SetProperty(row => row.State, MoveState.Purged)
            .SetProperty(row => row.Version, row => row.Version + 1)
            .SetProperty(row => row.ChangedAt, change.Now), cancellation);

    // The pool it had there before, if it had one of its own: pools are not taken away, so each move would leave another.
    private static async Task<PoolId> OwnPoolAsync(Change change, MoveCandidate candidate, CancellationToken cancellation)
    {
        var (tenant, cell) = (candidate.Tenant.TenantId, candidate.To.CellId);
        var before = change.Db.Moves.Where(row => row.TenantId == tenant && row.ToCell == cell && row.ToPattern == Pattern.Dedicated).Select(row => row.ToPool)
            .Union(change.Db.Moves.Where(row => row.TenantId == tenant && row.FromCell == cell && row.FromPattern == Pattern.Dedicated).Select(row => row.FromPool));
        var pool = await change.Db.Pools.Where(row => before.Contains(row.PoolId)).Select(row => (PoolId?)row.PoolId).FirstOrDefaultAsync(cancellation);
        return pool ?? SharedPool.Make(candidate.To, change);
    }
}
