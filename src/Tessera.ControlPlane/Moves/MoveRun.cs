using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Moves;

/// <summary>Takes a move from state to state for as long as there is something to do.</summary>
internal sealed partial class MoveRun(DirectoryStore store, MoveJournal journal, MoveSteps steps, ILogger<MoveRun> log)
{
    public async Task RunAsync(MoveId id, CancellationToken cancellation)
    {
        while (await StepAsync(id, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Does what the move's state asks for and turns it; false when there is nothing more to do for now.</summary>
    public async Task<bool> StepAsync(MoveId id, CancellationToken cancellation)
    {
        if (await FindAsync(id, cancellation) is not { } work || MoveRules.Over.Contains(work.Move.State) || work.Move.NotBefore > journal.Now
            || !await journal.NoteAsync(work.Move, cancellation))
        {
            return false;
        }

        if (PausedTooLong(work.Move, journal.Now))
        {
            return await RollBackAsync(work.Move, MoveErrors.PauseTooLong(), cancellation);
        }

        var stepped = await steps.DoAsync(work, cancellation);

        // A call that was cut off is no failure of the cell's.
        cancellation.ThrowIfCancellationRequested();
        switch (stepped)
        {
            case Stepped.Done(var next, var effect):
                return await TurnAsync(work.Move, next, effect, cancellation);
            case Stepped.Wait(var until):
                await journal.PutOffAsync(work.Move, until, because: null, cancellation);
                return false;
            case Stepped.NotYet(var error):
                return await FailAsync(work.Move, error, cancellation);
            default:
                throw new InvalidOperationException("A step is done, or not yet, or waits.");
        }
    }

    /// <summary>Users wait at the source; whatever the reason, not for longer than this.</summary>
    internal static bool PausedTooLong(MoveRow move, DateTimeOffset now) =>
        MoveRules.IsPaused(move.State) && move.FencingAt + MoveTimes.LongestPause < now;

    private async Task<bool> TurnAsync(MoveRow move, MoveState next, TurnEffect? effect, CancellationToken cancellation)
    {
        var turned = await journal.TurnAsync(move, next, effect, AuditEntry.System, because: null, cancellation);
        if (turned is Outcome<MoveRow>.Refused(var refusal))
        {
            if (refusal.Code == MoveErrors.TooManyAtOnce().Code)
            {
                await journal.PutOffAsync(move, journal.Now + TimeSpan.FromSeconds(1), because: null, cancellation);
            }

            return false;
        }

        Turned(log, move.MoveId, move.TenantId, next);
        return true;
    }

    private async Task<bool> FailAsync(MoveRow move, Error error, CancellationToken cancellation)
    {
        if (error.Code == MoveErrors.Overtaken().Code)
        {
            return false;
        }

        if (MoveRules.MayRollBack(move) && IsHopeless(move, error))
        {
            return await RollBackAsync(move, error, cancellation);
        }

        Failed(log, move.MoveId, move.TenantId, move.State, error.Code, move.Failures + 1);
        await journal.PutOffAsync(move, journal.Now + MoveTimes.BackOff(move.State, move.Failures), error, cancellation);
        return false;
    }

    // What a cell refuses for a reason it will refuse again; one that is down, or busy, may be back.
    private static bool IsHopeless(MoveRow move, Error error) =>
        (error.Status < 500 && error.Status != 429) || (!MoveRules.IsPaused(move.State) && move.Failures + 1 >= MoveTimes.MostFailures);

    private async Task<bool> RollBackAsync(MoveRow move, Error because, CancellationToken cancellation)
    {
        RollingBack(log, move.MoveId, move.TenantId, because.Code);
        return await journal.TurnAsync(move, MoveState.RollingBack, effect: null, AuditEntry.System, because, cancellation) is Outcome<MoveRow>.Done;
    }

    private Task<MoveWork?> FindAsync(MoveId id, CancellationToken cancellation) => store.ReadAsync<MoveWork?>(DirectoryScope.All, async db =>
    {
        var move = await db.Moves.SingleOrDefaultAsync(row => row.MoveId == id, cancellation);
        if (move is null)
        {
            return null;
        }

        var source = await db.Cells.SingleAsync(row => row.CellId == move.FromCell, cancellation);
        var target = await db.Cells.SingleAsync(row => row.CellId == move.ToCell, cancellation);
        return new MoveWork(
            move,
            await db.Tenants.SingleAsync(row => row.TenantId == move.TenantId, cancellation),
            CellDoor.Of(source),
            CellDoor.Of(target),
            source.State == CellState.Lost,
            target.State == CellState.Lost);
    }, cancellation);

    [LoggerMessage(EventId = 330, Level = LogLevel.Information, Message = "Move {Move} of tenant {Tenant} is {State}.")]
    private static partial void Turned(ILogger log, MoveId move, TenantId tenant, MoveState state);

    [LoggerMessage(EventId = 331, Level = LogLevel.Warning, Message = "Move {Move} of tenant {Tenant} stays {State}: {Code}, for the {Times}. time.")]
    private static partial void Failed(ILogger log, MoveId move, TenantId tenant, MoveState state, string code, int times);

    [LoggerMessage(EventId = 332, Level = LogLevel.Warning, Message = "Move {Move} of tenant {Tenant} is rolled back: {Code}.")]
    private static partial void RollingBack(ILogger log, MoveId move, TenantId tenant, string code);
}
