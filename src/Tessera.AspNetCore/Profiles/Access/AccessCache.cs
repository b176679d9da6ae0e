using System.Collections.Concurrent;
using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Profiles.Access;

/// <summary>When rows were read, and how often their tenant's had changed by then.</summary>
internal readonly record struct AccessMark(long At, long Changes, long Restarts);

/// <summary>
/// Permissions in memory, bounded, keyed by tenant and subject. A change to a tenant makes all of the tenant's stale, without
/// looking for them: changes are counted in a fixed number of counters, of which tenants may share one and so lose a little
/// of what was kept, and never see each other's.
/// </summary>
internal sealed class AccessCache(ProfilesOptions options, TimeProvider clock)
{
    /// <summary>For how long a proof that changes are heard of is good. With a change's own way it stays under a second.</summary>
    public static readonly TimeSpan HeardFor = TimeSpan.FromMilliseconds(800);

    private readonly long[] _changes = new long[4096];
    private readonly Lock _turning = new();
    private volatile Half _young = new(new(), []);
    private long _restarts;
    private long _heardAt = long.MinValue;

    public CallerAccess? Find(Caller caller)
    {
        var young = _young;
        if (young.Entries.TryGetValue(caller, out var entry))
        {
            return IsFresh(caller, entry) ? entry.Access : null;
        }

        if (!young.Older.TryGetValue(caller, out entry) || !IsFresh(caller, entry))
        {
            return null;
        }

        Add(caller, entry);
        return entry.Access;
    }

    public AccessMark Mark(TenantId tenant) => new(clock.GetTimestamp(), Volatile.Read(ref _changes[CounterOf(tenant)]), Volatile.Read(ref _restarts));

    public void Keep(Caller caller, CallerAccess access, AccessMark mark) => Add(caller, new Entry(access, mark));

    /// <summary>Something of the tenant's profiles or roles is other than it was.</summary>
    public void TenantChanged(TenantId tenant) => Interlocked.Increment(ref _changes[CounterOf(tenant)]);

    /// <summary>Changes may have been missed: nothing that was kept so far is used again.</summary>
    public void MissedChanges() => Interlocked.Increment(ref _restarts);

    /// <summary>Every change committed before then has been heard of.</summary>
    public void HeardUntil(long timestamp) => Volatile.Write(ref _heardAt, timestamp);

    private bool IsFresh(Caller caller, Entry entry) =>
        HasNotChanged(caller.Tenant, entry) && NothingWasMissed(entry) && IsOfItsTime(clock.GetElapsedTime(entry.Mark.At));

    private bool HasNotChanged(TenantId tenant, Entry entry) => Volatile.Read(ref _changes[CounterOf(tenant)]) == entry.Mark.Changes;

    private bool NothingWasMissed(Entry entry) => Volatile.Read(ref _restarts) == entry.Mark.Restarts;

    private bool IsOfItsTime(TimeSpan age) => age < (IsHearing() ? options.CacheLifetime : options.UnheardLifetime);

    private bool IsHearing() => Volatile.Read(ref _heardAt) is var at && at != long.MinValue && clock.GetElapsedTime(at) < HeardFor;

    private int CounterOf(TenantId tenant) => (int)((uint)tenant.GetHashCode() % (uint)_changes.Length);

    // Two halves: a full young one becomes the older one, which is let go. What is still used has come along by then.
    private void Add(Caller caller, Entry entry)
    {
        var young = _young;
        young.Entries[caller] = entry;
        if (Interlocked.Increment(ref young.Added) >= options.CachedCallers / 2)
        {
            lock (_turning)
            {
                if (ReferenceEquals(young, _young))
                {
                    _young = new Half(new(), young.Entries);
                }
            }
        }
    }

    private sealed record Entry(CallerAccess Access, AccessMark Mark);

    private sealed class Half(ConcurrentDictionary<Caller, Entry> entries, ConcurrentDictionary<Caller, Entry> older)
    {
        public int Added;

        public ConcurrentDictionary<Caller, Entry> Entries => entries;

        public ConcurrentDictionary<Caller, Entry> Older => older;
    }
}
