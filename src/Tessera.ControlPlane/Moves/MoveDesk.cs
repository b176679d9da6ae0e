using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Moves;

/// <summary>Plans, shows and aborts moves. What it writes down the worker does.</summary>
internal sealed class MoveDesk(DirectoryStore store)
{
    /// <summary>Plans a move. Everything is looked at again in the change that writes it down.</summary>
    public async Task<Outcome<MoveRow>> PlanAsync(string tenantId, MoveRequest request, Caller caller, CancellationToken cancellation)
    {
        if (Read(tenantId, request, out var id, out var wish) is { } fault)
        {
            return fault;
        }

        var moveId = MoveId.New();
        return await store.ChangeAsync<MoveRow>(DirectoryScope.All, new AuditEntry(caller.KeyId, "move.plan", moveId.ToString(), id), change =>
            MovePlanning.PlanAsync(change, id, wish, moveId, caller.KeyId, cancellation), cancellation);
    }

    /// <summary>What planning it would answer.</summary>
    public async Task<Outcome<MovePlanned>> TryAsync(string tenantId, MoveRequest request, CancellationToken cancellation)
    {
        if (Read(tenantId, request, out var id, out var wish) is { } fault)
        {
            return fault;
        }

        return await store.ReadAsync<Outcome<MovePlanned>>(DirectoryScope.All, async db => await MovePlanning.CandidateAsync(db, id, wish, cancellation) switch
        {
            Outcome<MoveCandidate>.Done(var candidate) => Planned(candidate),
            Outcome<MoveCandidate>.Refused(var error) => error,
            _ => TenantErrors.TenantNotFound(),
        }, cancellation);
    }

    public async Task<Outcome<MoveRow>> FindAsync(string move, CancellationToken cancellation) =>
        MoveId.TryParse(move, out var id)
        && await store.ReadAsync(DirectoryScope.All, db => db.Moves.SingleOrDefaultAsync(row => row.MoveId == id, cancellation), cancellation) is { } found
            ? found
            : MoveErrors.MoveNotFound();

    /// <summary>A tenant's moves, the latest first.</summary>
    public async Task<Outcome<MoveList>> ListAsync(string tenantId, string? after, string? limit, CancellationToken cancellation)
    {
        var check = new Check();
        var size = PageQuery.Limit(check, limit);
        MoveId last = default;
        if (after is not null && !MoveId.TryParse(after, out last))
        {
            check.Fail(HttpErrors.Invalid("after", "Give the next of the page before."));
        }

        if (check.Failed(out var fault))
        {
            return fault;
        }

        if (!TenantId.TryParse(tenantId, out var id))
        {
            return TenantErrors.TenantNotFound();
        }

        return await store.ReadAsync<Outcome<MoveList>>(DirectoryScope.Of(id), async db =>
        {
            if (!await db.Tenants.AnyAsync(row => row.TenantId == id, cancellation))
            {
                return TenantErrors.TenantNotFound();
            }

            var moves = db.Moves.Where(row => row.TenantId == id);
            if (after is not null)
            {
                moves = moves.Where(row => row.Born < db.Moves.Where(other => other.MoveId == last).Select(other => other.Born).FirstOrDefault());
            }

            var found = await moves.OrderByDescending(row => row.Born).Take(size + 1).ToListAsync(cancellation);
            return new MoveList([.. found.Take(size).Select(MoveView.Of)], found.Count > size ? found[size - 1].MoveId : null);
        }, cancellation);
    }

    /// <summary>Turns a move back that is not decided yet. Doing it twice changes nothing.</summary>
    public async Task<Outcome<MoveRow>> AbortAsync(string move, Caller caller, CancellationToken cancellation)
    {
        var found = await FindAsync(move, cancellation);
        if (found is not Outcome<MoveRow>.Done(var seen) || seen.State is MoveState.RollingBack or MoveState.RolledBack)
        {
            return found;
        }

        var entry = new AuditEntry(caller.KeyId, "move.abort", seen.MoveId.ToString(), seen.TenantId);
        return await store.ChangeAsync<MoveRow>(DirectoryScope.All, entry, async change =>
        {
            // As it is now and not as it was seen: it is the mover that may be late, not the operator.
            var row = await change.Db.Moves.SingleAsync(known => known.MoveId == seen.MoveId, cancellation);
            return await MoveJournal.TurnAsync(change, row, MoveState.RollingBack, effect: null, MoveErrors.Aborted()) is { } refusal ? refusal : row;
        }, cancellation);
    }

    private static Error? Read(string tenantId, MoveRequest request, out TenantId id, out MoveWish wish)
    {
        var check = new Check();
        if (!TenantId.TryParse(tenantId, out id))
        {
            check.Fail(TenantErrors.TenantNotFound());
        }

        wish = MoveWish.Read(check, request);
        return check.Fault;
    }

    private static MovePlanned Planned(MoveCandidate move) => new(
        move.Tenant.TenantId,
        new MovePlace(move.From.CellId, move.Tenant.Pattern),
        new MovePlace(move.To.CellId, move.Pattern),
        MovePlanning.IsEmergency(move.From),
        MoveRules.Path(move.IsWithinCell));
}
