using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Control;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Moves;

/// <summary>Takes away what is left of moves when its time has come: markers of realms that have gone, and accounts of moves that are over.</summary>
internal sealed partial class MoveSweeper(CellStore store, RealmLookup realms, TimeProvider time, ILogger<MoveSweeper> logger) : BackgroundService
{
    private const int Batch = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Sweeps what is due; returns how many moves that were.</summary>
    public async Task<int> SweepDueAsync(CancellationToken cancellation)
    {
        List<MoveQueueRow> due;
        await using (var db = store.Open(RowsOf.Cell))
        {
            var now = time.GetUtcNow();
            due = await db.MoveQueue.AsNoTracking().Where(row => row.DueAt <= now).OrderBy(row => row.DueAt).Take(Batch).ToListAsync(cancellation);
        }

        foreach (var row in due)
        {
            if (RealmId.TryParse(row.Realm, out var realm))
            {
                await SweepAsync(realm, row.NoticeId, cancellation);
            }
        }

        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SweepDueAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogPutOff(e); // whatever it is, the queue stays and is tried again
            }

            await Task.Delay(Pause, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task SweepAsync(RealmId realm, Guid move, CancellationToken cancellation)
    {
        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        var known = await hold.Db.Moves.SingleOrDefaultAsync(found => found.MoveId == move, cancellation);
        if (await hold.Db.Realms.SingleOrDefaultAsync(cancellation) is { } row && IsMarkerOf(row, move))
        {
            await RealmEraser.EraseRowsAsync(hold.Db, realm, cancellation);
            hold.Db.Realms.Remove(row);
            realms.Forget(realm, row.SignInHost);
        }

        if (known is { State: MoveStates.Moved })
        {
            known.State = MoveStates.Purged; // its mover may yet come and ask
            await Endings.SweepAtAsync(hold.Db, realm, new MoveId(move), time.GetUtcNow() + Endings.Remembered, cancellation);
        }
        else
        {
            await hold.Db.Moves.Where(found => found.MoveId == move).ExecuteDeleteAsync(cancellation);
            await hold.Db.MoveQueue.Where(found => found.NoticeId == move).ExecuteDeleteAsync(cancellation);
        }

        await hold.CommitAsync(cancellation);
        await realms.ForgetAsync(realm, cancellation);
    }

    // A realm that lives here, or has come back, is nobody's to sweep.
    private static bool IsMarkerOf(RealmRow row, Guid move) => row.State == RealmState.Moved && row.MoveId == move;

    [LoggerMessage(1, LogLevel.Warning, "Sweeping what moves have left was put off.")]
    private partial void LogPutOff(Exception exception);
}
