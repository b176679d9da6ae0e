using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Moves;

/// <summary>
/// Works on moves that are due: at once when one is planned here, and every half second for what others planned, left off or
/// put off. Each has a task of its own, so that one whose cell is down holds up nobody.
/// </summary>
internal sealed partial class MoveWorker(MoveJournal journal, MoveRun run, CommitSignal committed, IOptions<ControlOptions> options, TimeProvider time, ILogger<MoveWorker> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(0.5);

    private readonly ConcurrentDictionary<MoveId, Task> _running = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var next = committed.NextOfMoves;
                await TakeUpAsync(stoppingToken);
                await Task.WhenAny(next, Task.Delay(Every, time, stoppingToken));
                stoppingToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping; how far each move is is in the store.
        }

        await Task.WhenAll(_running.Values);
    }

    private async Task TakeUpAsync(CancellationToken cancellation)
    {
        try
        {
            // Room for those that wait for a source's marker to end, or for a cell to be back, beside those at work.
            var room = options.Value.MovesAtOnce + Beside - _running.Count;
            foreach (var move in room <= 0 ? [] : await journal.DueAsync(room + _running.Count, cancellation))
            {
                if (!_running.ContainsKey(move.MoveId))
                {
                    var work = new Task<Task>(() => WorkAsync(move.MoveId, cancellation));
                    _running[move.MoveId] = work.Unwrap();
                    work.Start(TaskScheduler.Default);
                }
            }
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            RoundFailed(log, e);
        }
    }

    private const int Beside = 16;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    private async Task WorkAsync(MoveId id, CancellationToken cancellation)
    {
        try
        {
            await run.RunAsync(id, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopping.
        }
        catch (Exception e)
        {
            MoveFailed(log, e, id);
            await Task.Delay(AfterFailure, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await LetGoAsync(id);
            _running.TryRemove(id, out _);
        }
    }

    private async Task LetGoAsync(MoveId id)
    {
        try
        {
            await journal.LetGoAsync(id, CancellationToken.None);
        }
        catch (Exception e)
        {
            MoveFailed(log, e, id); // it is taken over a little later
        }
    }

    [LoggerMessage(EventId = 333, Level = LogLevel.Error, Message = "A round of moves failed.")]
    private static partial void RoundFailed(ILogger log, Exception exception);

    [LoggerMessage(EventId = 334, Level = LogLevel.Error, Message = "Working on move {Move} failed.")]
    private static partial void MoveFailed(ILogger log, Exception exception, MoveId move);
}
