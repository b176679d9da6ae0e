using System.Diagnostics.CodeAnalysis;
using System.Text;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Feed;

namespace Tessera.Router.Map;

/// <summary>
/// Where every tenant lives, in little more bytes than its names have: one record for each, found by slug, host, e-mail
/// domain, client and realm. Read from any thread while one follower applies pages; a reader sees a tenant as it was or
/// as it is, never in between. A page that does not follow on the map's revision changes nothing.
/// </summary>
internal sealed partial class RouteMap : ISavedDirectory
{
    private const int MostKey = byte.MaxValue;

    private readonly string _issuerBase;
    private readonly RecordWriter _writer;
    private readonly SharedRealmIndex _shared = new();
    private Records _records = new();
    private long _revision;
    private bool _isWhole;

    public RouteMap(AuthHost authHost)
    {
        _issuerBase = $"{authHost.Scheme}://{authHost.Authority}/";
        _writer = new RecordWriter(Realms, _issuerBase);
    }

    public long Revision => Volatile.Read(ref _revision);

    /// <summary>Whether everything was told that there was at some time: who is unknown then has no place, before it may only be on its way.</summary>
    public bool IsWhole => Volatile.Read(ref _isWhole);

    public int TenantCount => Volatile.Read(ref _records).Count;

    /// <summary>Bytes of memory that tenants take: records and indexes.</summary>
    public long Held => Volatile.Read(ref _records).Held;

    internal RealmTexts Realms { get; } = new();

    internal CellTable Cells { get; } = new();

    public bool TryGet(Slug slug, out RoutedTenant tenant)
    {
        Span<byte> key = stackalloc byte[MostKey];
        var records = Volatile.Read(ref _records);
        return Found(records, records.BySlug.Find(key[..Encoding.ASCII.GetBytes(slug.Value, key)]), out tenant);
    }

    public bool TryGet(ClientId client, out RoutedTenant tenant)
    {
        Span<byte> key = stackalloc byte[MostKey];
        var records = Volatile.Read(ref _records);
        return Found(records, records.ByClient.Find(key[..Encoding.ASCII.GetBytes(client.Value, key)]), out tenant);
    }

    public bool TryGet(RealmId realm, out RoutedTenant tenant)
    {
        Span<byte> key = stackalloc byte[RealmTexts.MostBytes];
        var records = Volatile.Read(ref _records);
        return Found(records, Realms.TryWrite(realm, key, out var length) ? records.ByRealm.Find(key[..length]) : 0, out tenant);
    }

    /// <param name="host">The authority, with its port where it is not the scheme's default; in any case.</param>
    public bool TryGetByHost(string host, out RoutedTenant tenant)
    {
        Span<byte> key = stackalloc byte[MostKey];
        var records = Volatile.Read(ref _records);
        return Found(records, TryLower(host, key, out var length) ? records.ByHost.Find(key[..length]) : 0, out tenant);
    }

    /// <summary>Tenants that proved this e-mail domain: all of them, or so many of a domain that more have in common.</summary>
    public IReadOnlyList<RoutedTenant> ListByDomain(string domain, int most = 100)
    {
        Span<byte> key = stackalloc byte[MostKey];
        var records = Volatile.Read(ref _records);
        var places = TryLower(domain, key, out var length) ? records.ByDomain.FindAll(key[..length], most + 1) : [];
        return [.. places.Select(place => new RoutedTenant(this, records, place)).DistinctBy(tenant => tenant.TenantId).Take(most)];
    }

    /// <summary>How many slots a look-up by e-mail domain goes through at most.</summary>
    internal int LongestSearchByDomain() => Volatile.Read(ref _records).ByDomain.LongestSearch();

    public bool TryGet(CellId id, [NotNullWhen(true)] out CellEntry? cell) => Cells.TryGet(id, out cell);

    public bool TryGetShared(RealmId realm, [NotNullWhen(true)] out SharedRealmEntry? shared) => _shared.TryGet(realm, out shared);

    public bool TryGetSharedByHost(string host, [NotNullWhen(true)] out SharedRealmEntry? shared) => _shared.TryGetByHost(host, out shared);

    public string IssuerOf(RealmId realm) => _issuerBase + realm;

    public void Apply(FeedPage page)
    {
        DemandContinuation(page);
        foreach (var cell in page.Cells)
        {
            Cells.Apply(cell);
        }

        // Before the tenants, which name them.
        foreach (var shared in page.SharedRealms)
        {
            _shared.Apply(shared);
        }

        _records.Reserve(page.Tenants);
        foreach (var tenant in page.Tenants)
        {
            Apply(tenant);
        }

        if (_records.IsWasteful)
        {
            Volatile.Write(ref _records, _records.Compacted());
        }

        Volatile.Write(ref _revision, page.Revision);
        Volatile.Write(ref _isWhole, _isWhole || !page.HasMore);
    }

    private void Apply(TenantEntry tenant)
    {
        if (tenant.State == TenantState.Deleted)
        {
            _records.Remove(tenant.TenantId.Value);
        }
        else
        {
            _records.Put(_writer.Write(tenant, Cells.NumberOf(tenant.Cell)));
        }
    }

    private bool Found(Records records, uint place, out RoutedTenant tenant)
    {
        tenant = place == 0 ? default : new RoutedTenant(this, records, place);
        return place != 0;
    }

    private static bool TryLower(ReadOnlySpan<char> text, Span<byte> key, out int length)
    {
        length = 0;
        return text.Length <= key.Length && Ascii.IsValid(text)
            && Ascii.ToLower(text, key, out length) == System.Buffers.OperationStatus.Done;
    }

    private void DemandContinuation(FeedPage page)
    {
        if (page.After != Revision || page.Revision < page.After)
        {
            throw new InvalidOperationException($"The page goes from revision {page.After} to {page.Revision}, but the map is at {Revision}.");
        }
    }
}
