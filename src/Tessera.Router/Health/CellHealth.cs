namespace Tessera.Router.Health;

/// <summary>
/// Whether a cell is asked at all. One that cannot be connected to several times, far more often than it can, or that fails its probes,
/// is left out for a while, longer each time; then one request may try. What a tenant could bring about, such as an answer that
/// breaks off or does not come, only has the cell probed soon: nobody takes a cell from others by that.
/// </summary>
internal sealed class CellHealth(TimeProvider time)
{
    private const int LeastMisses = 5;
    private const int FailedProbes = 2;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private DateTimeOffset _windowEnd;
    private DateTimeOffset _outUntil;
    private TimeSpan _pause = FirstPause;
    private int _misses;
    private int _hits;
    private int _probesFailed;
    private bool _isTried;
    private volatile bool _isOut;
    private volatile bool _isDoubted;

    public bool IsOut => _isOut;

    /// <summary>Something went wrong that may be the cell's fault or the request's: a probe tells. Reading it settles the doubt.</summary>
    public bool TakeDoubt()
    {
        var doubted = _isDoubted;
        _isDoubted = false;
        return doubted;
    }

    /// <summary>Whether a request may go to the cell; where not, how long until one may try.</summary>
    public bool Admits(out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        return !_isOut || MayTry(out wait);
    }

    /// <summary>It answered, whatever it said. True if it was left out before.</summary>
    public bool Answered()
    {
        if (!_isOut && _misses == 0 && _probesFailed == 0)
        {
            return false;
        }

        lock (_gate)
        {
            _hits++;
            _probesFailed = 0;
            if (!_isOut)
            {
                return false;
            }

            (_isOut, _misses, _pause) = (false, 0, FirstPause);
            return true;
        }
    }

    /// <summary>It could not be connected to. True if it is left out from now on.</summary>
    public bool Missed()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (now > _windowEnd)
            {
                (_windowEnd, _misses, _hits) = (now + Window, 0, 0);
            }

            _misses++;
            if (_isOut)
            {
                StayOut(now);
                return false;
            }

            return IsOutlier(_misses, _hits) && LeaveOut(now);
        }
    }

    /// <summary>An answer broke off, did not come in time, or was a 502 or 504.</summary>
    public void Doubt() => _isDoubted = true;

    /// <summary>It did not answer a probe. True if it is left out from now on.</summary>
    public bool FailedProbe()
    {
        lock (_gate)
        {
            _probesFailed++;
            return !_isOut && _probesFailed >= FailedProbes && LeaveOut(time.GetUtcNow());
        }
    }

    private static bool IsOutlier(int misses, int hits) => misses >= LeastMisses && misses > 2 * hits;

    // Half open: one request, and nobody else until it has come back or the pause is over again.
    private bool MayTry(out TimeSpan wait)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            wait = _isOut ? _outUntil - now : TimeSpan.Zero;
            if (wait > TimeSpan.Zero)
            {
                return false;
            }

            (_outUntil, _isTried) = (now + _pause, _isOut);
            return true;
        }
    }

    private bool LeaveOut(DateTimeOffset now)
    {
        (_isOut, _isTried, _outUntil) = (true, false, now + _pause);
        return true;
    }

    // The request that was to try has failed; others may only have been on their way.
    private void StayOut(DateTimeOffset now)
    {
        if (_isTried)
        {
            _pause = _pause * 2 > LongestPause ? LongestPause : _pause * 2;
            (_outUntil, _isTried) = (now + _pause, false);
        }
    }
}
