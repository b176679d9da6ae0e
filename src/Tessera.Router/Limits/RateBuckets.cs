using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Tessera.Router.Limits;

/// <summary>
/// So many requests a second for each of any number of callers, with bursts of twice as many, in memory that never grows: a
/// caller that used nothing for two seconds is as good as unknown and its place is another's. Where more are busy than there are
/// places, the one that has used least gives way. What places callers share is drawn anew at every start.
/// </summary>
internal sealed class RateBuckets
{
    private const int Sets = 8_192;
    private const int Ways = 8;
    private const int BurstSeconds = 2;

    private readonly TimeProvider _time;
    private readonly long _interval;
    private readonly long _burst;
    private readonly UInt128 _seed;
    private readonly Bucket[] _buckets = new Bucket[Sets * Ways];
    private readonly Lock[] _locks = [.. Enumerable.Range(0, 256).Select(_ => new Lock())];

    public RateBuckets(int perSecond, TimeProvider time)
    {
        _time = time;
        _interval = Math.Max(1, time.TimestampFrequency / perSecond);
        _burst = BurstSeconds * time.TimestampFrequency;
        _seed = MemoryMarshal.Read<UInt128>(RandomNumberGenerator.GetBytes(16));
    }

    /// <summary>Takes one request of the caller's rate; false where it has used it up, and then how long until there is one again.</summary>
    public bool TryTake(UInt128 caller, out TimeSpan wait)
    {
        var now = _time.GetTimestamp();
        var set = SetOf(caller);
        lock (_locks[set % _locks.Length])
        {
            ref var bucket = ref PlaceOf(_buckets.AsSpan(set * Ways, Ways), caller);

            // What was taken so far is paid off at this time; a request costs one interval more.
            var paid = Math.Max(bucket.PaidAt, now) + _interval;
            if (IsOver(paid - now, _burst))
            {
                wait = TimeSpan.FromSeconds((paid - now - _burst) / (double)_time.TimestampFrequency);
                return false;
            }

            bucket.PaidAt = paid;
            wait = TimeSpan.Zero;
            return true;
        }
    }

    private static bool IsOver(long owed, long burst) => owed > burst;

    private static ref Bucket PlaceOf(Span<Bucket> set, UInt128 caller)
    {
        var idlest = 0;
        for (var way = 0; way < set.Length; way++)
        {
            if (set[way].Caller == caller)
            {
                return ref set[way];
            }

            idlest = set[way].PaidAt < set[idlest].PaidAt ? way : idlest;
        }

        set[idlest] = new Bucket { Caller = caller };
        return ref set[idlest];
    }

    private int SetOf(UInt128 caller)
    {
        var mixed = caller ^ _seed;
        var hash = ((ulong)mixed ^ (ulong)(mixed >> 64) * 0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93;
        return (int)(hash >> 40) % Sets;
    }

    private struct Bucket
    {
        public UInt128 Caller;
        public long PaidAt;
    }
}
