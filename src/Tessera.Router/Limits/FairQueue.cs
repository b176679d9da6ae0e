namespace Tessera.Router.Limits;

/// <param name="AtOnce">In flight altogether.</param>
/// <param name="TenantAtOnce">In flight for one tenant.</param>
/// <param name="Waiting">Waiting altogether.</param>
/// <param name="TenantWaiting">Waiting for one tenant.</param>
internal sealed record FairQueueBounds(int AtOnce, int TenantAtOnce, int Waiting, int TenantWaiting, TimeSpan Patience);

/// <summary>
/// Room for a bounded number of requests at once. Who finds none waits in a line of its own tenant, and the lines are served in
/// turn, one request each: a tenant that sends much waits for itself. A tenant is known here only while something of it is in
/// flight or waits.
/// </summary>
internal sealed class FairQueue(FairQueueBounds bounds, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Line> _lines = [];
    private readonly Queue<Line> _turns = new();
    private readonly Stack<Line> _spare = new();
    private int _inFlight;
    private int _waiting;

    /// <summary>Tenants that have something here.</summary>
    public int Tenants
    {
        get
        {
            lock (_gate)
            {
                return _lines.Count;
            }
        }
    }

    /// <summary>True once the request may go; whoever got it calls <see cref="Leave"/>. False where it may not, now or after its wait.</summary>
    public ValueTask<bool> EnterAsync(Guid tenant, CancellationToken cancellation)
    {
        Waiter waiter;
        lock (_gate)
        {
            var line = LineOf(tenant);
            if (HasRoom() && HasRoom(line))
            {
                Admit(line);
                return new(true);
            }

            if (IsFull(line) || (_waiting >= bounds.Waiting && !MakesWay(line)))
            {
                ForgetIfIdle(line);
                return new(false);
            }

            waiter = new Waiter(line);
            line.Waiting.AddLast(waiter.Node);
            _waiting++;
            TakesTurns(line);
        }

        return WaitAsync(waiter, cancellation);
    }

    public void Leave(Guid tenant)
    {
        lock (_gate)
        {
            var line = _lines[tenant];
            line.InFlight--;
            _inFlight--;
            TakesTurns(line);
            Serve();
            ForgetIfIdle(line);
        }
    }

    private async ValueTask<bool> WaitAsync(Waiter waiter, CancellationToken cancellation)
    {
        try
        {
            return await waiter.Turn.Task.WaitAsync(bounds.Patience, time, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            lock (_gate)
            {
                if (waiter.Node.List is not null)
                {
                    waiter.Line.Waiting.Remove(waiter.Node);
                    _waiting--;
                    ForgetIfIdle(waiter.Line);
                    return false;
                }
            }

            // It was served, or made way, at the same moment.
            return await waiter.Turn.Task;
        }
    }

    private bool HasRoom() => _inFlight < bounds.AtOnce;

    private bool HasRoom(Line line) => line.InFlight < bounds.TenantAtOnce && line.Waiting.Count == 0;

    private bool IsFull(Line line) => line.Waiting.Count >= bounds.TenantWaiting;

    // Where all the room to wait is taken, the last of the longest line goes, if that line is longer than the newcomer's would be.
    private bool MakesWay(Line newcomer)
    {
        var longest = _lines.Values.MaxBy(line => line.Waiting.Count);
        if (longest is null || longest.Waiting.Count <= newcomer.Waiting.Count + 1)
        {
            return false;
        }

        var last = longest.Waiting.Last!;
        longest.Waiting.RemoveLast();
        _waiting--;
        last.Value.Turn.SetResult(false);
        return true;
    }

    private void Serve()
    {
        while (HasRoom() && _turns.TryDequeue(out var line))
        {
            line.TakesTurns = false;
            if (line.Waiting.First is not { } first || line.InFlight >= bounds.TenantAtOnce)
            {
                ForgetIfIdle(line);
                continue;
            }

            line.Waiting.RemoveFirst();
            _waiting--;
            Admit(line);
            TakesTurns(line);
            first.Value.Turn.SetResult(true);
        }
    }

    private void Admit(Line line)
    {
        line.InFlight++;
        _inFlight++;
    }

    // One place among those that take turns, however many wait in it: a rule of its own, for fairness hangs on it.
    private void TakesTurns(Line line)
    {
        if (!line.TakesTurns && line.Waiting.Count > 0 && line.InFlight < bounds.TenantAtOnce)
        {
            line.TakesTurns = true;
            _turns.Enqueue(line);
        }
    }

    private Line LineOf(Guid tenant)
    {
        if (!_lines.TryGetValue(tenant, out var line))
        {
            line = _spare.TryPop(out var spare) ? spare : new Line();
            line.Tenant = tenant;
            _lines.Add(tenant, line);
        }

        return line;
    }

    private void ForgetIfIdle(Line line)
    {
        if (line is { InFlight: 0, Waiting.Count: 0, TakesTurns: false } && _lines.Remove(line.Tenant) && _spare.Count < bounds.AtOnce)
        {
            _spare.Push(line);
        }
    }

    private sealed class Line
    {
        public Guid Tenant { get; set; }

        public int InFlight { get; set; }

        public bool TakesTurns { get; set; }

        public LinkedList<Waiter> Waiting { get; } = new();
    }

    private sealed class Waiter
    {
        public Waiter(Line line) => (Line, Node) = (line, new LinkedListNode<Waiter>(this));

        public Line Line { get; }

        public LinkedListNode<Waiter> Node { get; }

        public TaskCompletionSource<bool> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
