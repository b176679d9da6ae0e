using System.Security.Cryptography;
using Tessera.Contracts.Feed;

namespace Tessera.Router.Map;

/// <summary>All tenants' records and the indexes that lead to them. One writer, any readers.</summary>
internal sealed class Records
{
    private const long WasteToBear = 1024 * 1024;

    private readonly RecordLog _log;
    private readonly long _seed;
    private readonly KeyIndex<ById> _byId;
    private long _wasted;

    // Who chooses names must not choose where they collide.
    public Records() : this(new RecordLog(), BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))))
    {
    }

    private Records(RecordLog log, long seed)
    {
        (_log, _seed) = (log, seed);
        _byId = new(_log, seed);
        BySlug = new(_log, seed);
        ByHost = new(_log, seed);
        ByRealm = new(_log, seed);
        ByClient = new(_log, seed);
        ByDomain = new(_log, seed);
    }

    public KeyIndex<BySlug> BySlug { get; }

    public KeyIndex<ByHost> ByHost { get; }

    public KeyIndex<ByRealm> ByRealm { get; }

    public KeyIndex<ByClient> ByClient { get; }

    public KeyIndex<ByDomain> ByDomain { get; }

    public int Count => _byId.Count;

    /// <summary>Bytes of memory held.</summary>
    public long Held => _log.Held + _byId.Held + BySlug.Held + ByHost.Held + ByRealm.Held + ByClient.Held + ByDomain.Held;

    /// <summary>A quarter of the log is records that were replaced.</summary>
    public bool IsWasteful => _wasted > WasteToBear && _wasted * 4 > _log.Bytes;

    public TenantRecord this[uint place] => new(_log[place]);

    /// <summary>Makes room for all that a page brings, before any of it is put.</summary>
    public void Reserve(IReadOnlyCollection<TenantEntry> tenants)
    {
        _byId.Reserve(tenants.Count);
        BySlug.Reserve(tenants.Count);
        ByHost.Reserve(tenants.Count);
        ByRealm.Reserve(tenants.Count);
        ByClient.Reserve(tenants.Sum(tenant => tenant.Clients.Count));
        ByDomain.Reserve(tenants.Sum(tenant => tenant.EmailDomains.Count));
    }

    /// <summary>Takes the record for its tenant's, instead of the one it had.</summary>
    public void Put(ReadOnlySpan<byte> record)
    {
        var old = _byId.Find(new TenantRecord(record).IdBytes);
        var place = _log.Append(record);
        _byId.Put(place);
        BySlug.Put(place);
        ByHost.Put(place);
        ByRealm.Put(place);
        ByClient.Put(place);
        ByDomain.Put(place);
        if (old != 0)
        {
            Forget(old);
        }
    }

    public void Remove(Guid tenant)
    {
        Span<byte> id = stackalloc byte[TenantRecord.IdLength];
        tenant.TryWriteBytes(id);
        if (_byId.Find(id) is var old and not 0)
        {
            Forget(old);
        }
    }

    /// <summary>The same tenants without waste, to be read from now on.</summary>
    public Records Compacted()
    {
        var fresh = new Records();
        foreach (var place in _byId.Places())
        {
            fresh.Put(_log[place]);
        }

        return fresh;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_seed);
        writer.Write(_wasted);
        _log.Save(writer);
        _byId.Save(writer);
        BySlug.Save(writer);
        ByHost.Save(writer);
        ByRealm.Save(writer);
        ByClient.Save(writer);
        ByDomain.Save(writer);
    }

    public static Records Load(BinaryReader reader)
    {
        var (seed, wasted) = (reader.ReadInt64(), reader.ReadInt64());
        var records = new Records(RecordLog.Load(reader), seed) { _wasted = wasted };
        records._byId.Load(reader);
        records.BySlug.Load(reader);
        records.ByHost.Load(reader);
        records.ByRealm.Load(reader);
        records.ByClient.Load(reader);
        records.ByDomain.Load(reader);
        return records;
    }

    // A key that meanwhile leads to another record is left alone.
    private void Forget(uint place)
    {
        _byId.Remove(place);
        BySlug.Remove(place);
        ByHost.Remove(place);
        ByRealm.Remove(place);
        ByClient.Remove(place);
        ByDomain.Remove(place);
        _wasted += RecordLog.Taken(_log[place].Length);
    }
}
