using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Moves;

/// <summary>What else changes with a move's state, in the same change; a refusal keeps both from changing.</summary>
internal delegate Task<Error?> TurnEffect(Change change, MoveRow move);

/// <summary>
/// The moves, in the directory. Any process may pick any of them up, and two at once do no harm: a state turns into the next by
/// compare-and-set, and what a cell is asked names the move, so whoever comes too late changes nothing.
/// </summary>
internal sealed class MoveJournal(DirectoryStore store, TimeProvider time)
{
    /// <summary>How long a move is left to whoever said it works on it.</summary>
    public static readonly TimeSpan TakeOver = TimeSpan.FromSeconds(5);

    public Guid Worker { get; } = Guid.NewGuid();

    public DateTimeOffset Now => time.GetUtcNow();

    public Task<MoveRow?> FindAsync(MoveId id, CancellationToken cancellation) => store.ReadAsync(
        DirectoryScope.All, db => db.Moves.SingleOrDefaultAsync(row => row.MoveId == id, cancellation), cancellation);

    /// <summary>What is to be worked on now, those whose users wait first.</summary>
    public Task<List<MoveRow>> DueAsync(int most, CancellationToken cancellation)
    {
        var (now, silentSince) = (Now, Now - TakeOver);
        return store.ReadAsync(DirectoryScope.All, db => db.Moves
            .Where(row => !MoveRules.Over.Contains(row.State) && row.NotBefore <= now)
            .Where(row => row.Worker == null || row.Worker == Worker || row.SeenAt == null || row.SeenAt < silentSince)
            .OrderBy(row => MoveRules.Shut.Contains(row.State) ? 0 : row.State == MoveState.Planned ? 2 : 1).ThenBy(row => row.Born)
            .Take(most)
            .ToListAsync(cancellation), cancellation);
    }

    /// <summary>
    /// Turns a move into its next state, if it is still as it was seen. Changes come one after another, so looking before
    /// writing is a compare-and-set.
    /// </summary>
    public Task<Outcome<MoveRow>> TurnAsync(MoveRow seen, MoveState to, TurnEffect? effect, string actor, Error? because, CancellationToken cancellation)
    {
        var entry = new AuditEntry(actor, $"move.{NameOf(to)}", seen.MoveId.ToString(), seen.TenantId)
        {
            Details = because is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["because"] = because.Code },
        };
        return store.ChangeAsync<MoveRow>(DirectoryScope.All, entry, async change =>
        {
            var move = await change.Db.Moves.SingleAsync(row => row.MoveId == seen.MoveId, cancellation);
            return !MoveRules.IsStill(move, seen) ? MoveErrors.Overtaken()
                : await TurnAsync(change, move, to, effect, because) is { } refusal ? refusal
                : move;
        }, cancellation);
    }

    /// <summary>The same within a change that has looked.</summary>
    public static async Task<Error?> TurnAsync(Change change, MoveRow move, MoveState to, TurnEffect? effect, Error? because)
    {
        if (!MoveRules.MayTurn(move.State, to, move.IsWithinCell))
        {
            return MoveErrors.MoveDecided();
        }

        if (effect is not null && await effect(change, move) is { } refusal)
        {
            return refusal;
        }

        (move.State, move.Version, move.ChangedAt) = (to, move.Version + 1, change.Now);
        (move.Failures, move.NotBefore, move.LastError) = (0, change.Now, because?.Code ?? move.LastError);
        return null;
    }

    /// <summary>Says how far the work in a state is; false when the move has gone on without this mover.</summary>
    public async Task<bool> NoteAsync(MoveRow move, CancellationToken cancellation)
    {
        (move.Worker, move.SeenAt) = (Worker, Now);
        return await store.NoteAsync(DirectoryScope.Of(move.TenantId), db => AsSeen(db, move).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.Worker, move.Worker)
            .SetProperty(row => row.SeenAt, move.SeenAt)
            .SetProperty(row => row.CopyTable, move.CopyTable)
            .SetProperty(row => row.CopyAfter, move.CopyAfter)
            .SetProperty(row => row.CopyMark, move.CopyMark)
            .SetProperty(row => row.Tables, move.Tables)
            .SetProperty(row => row.TablesDone, move.TablesDone)
            .SetProperty(row => row.Rows, move.Rows)
            .SetProperty(row => row.Bytes, move.Bytes)
            .SetProperty(row => row.Pages, move.Pages)
            .SetProperty(row => row.Rounds, move.Rounds), cancellation), cancellation) == 1;
    }

    /// <summary>Puts a move off.</summary>
    public Task PutOffAsync(MoveRow move, DateTimeOffset until, Error? because, CancellationToken cancellation)
    {
        var failures = because is null ? move.Failures : move.Failures + 1;
        var code = because?.Code ?? move.LastError;
        return store.NoteAsync(DirectoryScope.Of(move.TenantId), db => AsSeen(db, move).ExecuteUpdateAsync(set => set
            .SetProperty(row => row.NotBefore, until)
            .SetProperty(row => row.Failures, failures)
            .SetProperty(row => row.LastError, code), cancellation), cancellation);
    }

    /// <summary>Leaves a move to anyone.</summary>
    public Task LetGoAsync(MoveId id, CancellationToken cancellation) => store.NoteAsync(
        DirectoryScope.All,
        db => db.Moves.Where(row => row.MoveId == id && row.Worker == Worker).ExecuteUpdateAsync(set => set.SetProperty(row => row.Worker, (Guid?)null), cancellation),
        cancellation);

    private static IQueryable<MoveRow> AsSeen(DirectoryDb db, MoveRow move) =>
        db.Moves.Where(row => row.MoveId == move.MoveId && row.State == move.State && row.Version == move.Version);

    private static string NameOf(MoveState state) => state switch
    {
        MoveState.RollingBack => "rolling_back",
        MoveState.RolledBack => "rolled_back",
        _ => state.ToString().ToLowerInvariant(),
    };
}
