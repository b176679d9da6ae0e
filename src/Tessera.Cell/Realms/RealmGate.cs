namespace Tessera.Cell.Realms;

/// <summary>
/// Counts a realm's requests in flight, so that a move can wait for them, and holds new ones back while it is shut. What the
/// database's fence keeps apart is kept apart without it; it is what makes a move unnoticed.
/// </summary>
internal sealed class RealmGate
{
    /// <summary>How many requests of one realm wait at most; one more is told to come back.</summary>
    public const int MostWaiting = 256;

    private readonly Lock _lock = new();
    private int _inside;
    private int _waiting;
    private bool _shut;
    private TaskCompletionSource? _opened;
    private TaskCompletionSource? _idle;

    /// <summary>Counts a request in, unless the gate is shut.</summary>
    public bool TryEnter()
    {
        lock (_lock)
        {
            if (_shut)
            {
                return false;
            }

            _inside++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (--_inside == 0)
            {
                _idle?.TrySetResult();
            }
        }
    }

    /// <summary>From here on requests wait.</summary>
    public void Shut()
    {
        lock (_lock)
        {
            _shut = true;
        }
    }

    /// <summary>Those that wait look again how the realm stands.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _shut = false;
            _opened?.TrySetResult();
            _opened = null;
        }
    }

    /// <summary>Returns when nobody is inside any more, or after a while.</summary>
    public async Task WaitIdleAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        Task idle;
        lock (_lock)
        {
            if (_inside == 0)
            {
                return;
            }

            _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle.Task;
        }

        await Task.WhenAny(idle, Task.Delay(atMost, cancellation));
    }

    /// <summary>Counts a request among those that wait; false when that are too many.</summary>
    public bool TryWait()
    {
        lock (_lock)
        {
            return HasRoom(_waiting) && ++_waiting > 0;
        }
    }

    public void EndWait()
    {
        lock (_lock)
        {
            _waiting--;
        }
    }

    /// <summary>Returns when the gate opens, or after a while: the store may say that the realm is shut where this process does not know it.</summary>
    public async Task OpenedAsync(TimeSpan atMost, CancellationToken cancellation)
    {
        Task opened;
        lock (_lock)
        {
            opened = (_opened ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await Task.WhenAny(opened, Task.Delay(atMost, cancellation));
    }

    private static bool HasRoom(int waiting) => waiting < MostWaiting;
}
