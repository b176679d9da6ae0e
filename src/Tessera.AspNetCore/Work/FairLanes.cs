using System.Threading.Channels;
using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Work;

/// <summary>
/// Waiting items, a lane for each tenant that has any, served in turn: however many items a tenant has brought, another's
/// next one waits for one of them at most. A lane is forgotten with its last item.
/// </summary>
internal sealed class FairLanes(TenantWorkOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TenantId, Lane> _lanes = [];
    private readonly Channel<Lane> _turn = Channel.CreateUnbounded<Lane>(); // each lane with an item that may run now, once
    private readonly SemaphoreSlim _room = new(options.Capacity);
    private readonly CancellationTokenSource _stopped = new();
    private int _waiting;

    /// <summary>Lanes that are held: those of tenants with items waiting, running or being brought.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _lanes.Count;
            }
        }
    }

    /// <exception cref="TenantWorkStoppedException">No item is taken on any more.</exception>
    public async Task AddAsync(WorkItem item, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopped.Token);
        var lane = Hold(item.Tenant);
        try
        {
            await EnterAsync(lane, either.Token);
            Add(lane, item);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TenantWorkStoppedException();
        }
        finally
        {
            Release(lane);
        }
    }

    /// <summary>The next item in turn, or null once all are taken and no more will come.</summary>
    public async Task<WorkItem?> TakeAsync()
    {
        while (await _turn.Reader.WaitToReadAsync())
        {
            if (_turn.Reader.TryRead(out var lane) && Take(lane) is { } item)
            {
                return item;
            }
        }

        return null;
    }

    /// <summary>Says that an item has ended, so that another of its tenant's may begin.</summary>
    public void End(WorkItem item)
    {
        lock (_lock)
        {
            var lane = _lanes[item.Tenant];
            lane.Running--;
            Queue(lane);
            ForgetIfDone(lane);
        }
    }

    /// <summary>Takes on no more; what waits is still given out.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            IsStopped = true;
            CompleteIfDone();
        }

        _stopped.Cancel();
    }

    /// <summary>Gives up and answers everything that still waits.</summary>
    public IReadOnlyList<WorkItem> Clear()
    {
        lock (_lock)
        {
            var items = _lanes.Values.SelectMany(lane => lane.Items).ToList();
            foreach (var lane in _lanes.Values)
            {
                lane.Items.Clear();
            }

            _waiting = 0;
            CompleteIfDone();
            return items;
        }
    }

    public void Dispose()
    {
        _room.Dispose();
        _stopped.Dispose();
    }

    private bool IsStopped { get; set; }

    // The tenant's own room first: who floods waits there, and takes nothing of the common room while waiting.
    private async Task EnterAsync(Lane lane, CancellationToken cancellation)
    {
        await lane.Room.WaitAsync(cancellation);
        try
        {
            await _room.WaitAsync(cancellation);
        }
        catch
        {
            lane.Room.Release();
            throw;
        }
    }

    private void Add(Lane lane, WorkItem item)
    {
        lock (_lock)
        {
            if (IsStopped)
            {
                throw new TenantWorkStoppedException();
            }

            lane.Items.Enqueue(item);
            _waiting++;
            Queue(lane);
        }
    }

    private WorkItem? Take(Lane lane)
    {
        WorkItem? item;
        lock (_lock)
        {
            lane.IsInTurn = false;
            if (!lane.Items.TryDequeue(out item))
            {
                return null; // it was cleared meanwhile
            }

            lane.Running++;
            _waiting--;
            Queue(lane);
            CompleteIfDone();
        }

        lane.Room.Release();
        _room.Release();
        return item;
    }

    // At the end of the turn, if it is not there, has an item, and may have another one running.
    private void Queue(Lane lane)
    {
        if (!lane.IsInTurn && lane.Items.Count > 0 && MayRunAnother(lane.Running, options.WorkersPerTenant))
        {
            lane.IsInTurn = true;
            _turn.Writer.TryWrite(lane);
        }
    }

    private static bool MayRunAnother(int running, int most) => running < most;

    private void CompleteIfDone()
    {
        if (IsStopped && _waiting == 0)
        {
            _turn.Writer.TryComplete();
        }
    }

    private Lane Hold(TenantId tenant)
    {
        lock (_lock)
        {
            if (!_lanes.TryGetValue(tenant, out var lane))
            {
                _lanes[tenant] = lane = new Lane(tenant, options.CapacityPerTenant);
            }

            lane.Bringing++;
            return lane;
        }
    }

    private void Release(Lane lane)
    {
        lock (_lock)
        {
            lane.Bringing--;
            ForgetIfDone(lane);
        }
    }

    private void ForgetIfDone(Lane lane)
    {
        if (lane is { Bringing: 0, Running: 0, Items.Count: 0 })
        {
            _lanes.Remove(lane.Tenant);
        }
    }

    private sealed class Lane(TenantId tenant, int capacity)
    {
        public TenantId Tenant => tenant;

        public SemaphoreSlim Room { get; } = new(capacity);

        public Queue<WorkItem> Items { get; } = new();

        public bool IsInTurn { get; set; }

        public int Running { get; set; }

        public int Bringing { get; set; }
    }
}
