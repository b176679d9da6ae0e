using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tessera.Contracts.Ids;
using Tessera.Router.Limits;

namespace Tessera.Router.Health;

/// <summary>
/// The cells that requests went to: how each is, and who waits for it. A cell that is lost or back is logged once, however many
/// requests find out.
/// </summary>
internal sealed partial class CellWatch(LimitOptions limits, TimeProvider time, ILogger<CellWatch> log)
{
    private const int SocketsShare = 4;

    private readonly ConcurrentDictionary<CellId, WatchedCell> _cells = new();

    public IEnumerable<WatchedCell> All => _cells.Values;

    public WatchedCell Of(CellId cell) => _cells.TryGetValue(cell, out var watched) ? watched : _cells.GetOrAdd(cell, Watch);

    /// <summary>The directory knows it no more.</summary>
    public void Forget(CellId cell) => _cells.TryRemove(cell, out _);

    public void Answered(WatchedCell cell)
    {
        if (cell.Health.Answered())
        {
            Back(log, cell.Id);
        }
    }

    public void Missed(WatchedCell cell) => Tell(cell, cell.Health.Missed());

    public void FailedProbe(WatchedCell cell) => Tell(cell, cell.Health.FailedProbe());

    private void Tell(WatchedCell cell, bool isLost)
    {
        if (isLost)
        {
            Lost(log, cell.Id);
        }
    }

    private WatchedCell Watch(CellId cell) => new(
        cell,
        new CellHealth(time),
        new FairQueue(new FairQueueBounds(limits.CellAtOnce, limits.TenantAtOnce, limits.CellWaiting, limits.TenantWaiting, TimeSpan.FromSeconds(limits.WaitSeconds)), time),
        new FairQueue(new FairQueueBounds(limits.WebSocketsPerCell, limits.WebSocketsPerCell / SocketsShare, 0, 0, TimeSpan.Zero), time));

    [LoggerMessage(2001, LogLevel.Warning, "Cell {Cell} cannot be reached; its tenants are told so.")]
    private static partial void Lost(ILogger logger, CellId cell);

    [LoggerMessage(2002, LogLevel.Information, "Cell {Cell} is reached again.")]
    private static partial void Back(ILogger logger, CellId cell);
}

/// <summary>A cell as this router sees it.</summary>
/// <param name="Requests">Those in flight and those that wait.</param>
/// <param name="Sockets">WebSockets that are open; none waits.</param>
internal sealed record WatchedCell(CellId Id, CellHealth Health, FairQueue Requests, FairQueue Sockets)
{
    private const long WhileOut = 1_000; // milliseconds

    private long _usedAt;
    private long _probedAt;

    /// <summary>Milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    public long UsedAt => Volatile.Read(ref _usedAt);

    public void Use(long now)
    {
        if (now != UsedAt)
        {
            Volatile.Write(ref _usedAt, now);
        }
    }

    /// <summary>
    /// Whether it is to be probed now: at once where it is in doubt, every second while it is left out, so that it is back when it is
    /// back, else when <paramref name="every"/> has gone by.
    /// </summary>
    public bool IsDue(long now, long every, long idleAfter)
    {
        var isDue = (now - _probedAt >= (Health.IsOut ? WhileOut : every) && (Health.IsOut || now - UsedAt < idleAfter)) | Health.TakeDoubt();
        _probedAt = isDue ? now : _probedAt;
        return isDue;
    }
}
