using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Feed;

/// <summary>
/// The directory as its consumers hold it: tenants by id and slug, and by sign-in host, realm and client where these are
/// their own; shared realms by the same three, for they are no tenant's; cells and pools by id; revocations by tenant,
/// subject, session and grant. Read from any thread while one follower applies pages. A tenant that is deleted is gone from every index.
/// </summary>
/// <param name="clock">Says when a revocation is forgotten; the system's unless given.</param>
public sealed class DirectoryMap(TimeProvider? clock = null) : IDirectory
{
    private readonly ConcurrentDictionary<TenantId, TenantEntry> _tenants = new();
    private readonly ConcurrentDictionary<Slug, TenantEntry> _bySlug = new();
    private readonly ConcurrentDictionary<string, TenantEntry> _byHost = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<RealmId, TenantEntry> _byRealm = new();
    private readonly ConcurrentDictionary<ClientId, TenantEntry> _byClient = new();
    private readonly ConcurrentDictionary<CellId, CellEntry> _cells = new();
    private readonly ConcurrentDictionary<PoolId, PoolEntry> _pools = new();
    private readonly SharedRealmIndex _shared = new();
    private readonly RevocationList _revocations = new(clock ?? TimeProvider.System);
    private readonly Freshness _freshness = new(clock ?? TimeProvider.System);
    private long _revision;

    /// <summary>The last revision applied; 0 before the first. Never goes back.</summary>
    public long Revision => Volatile.Read(ref _revision);

    /// <summary>
    /// The directory's own time of the newest page applied: whatever changed there by then is known here. Null while no page has
    /// said one. Never goes back, and lags behind the clock for as long as pages are held back or the feed is down.
    /// </summary>
    public DateTimeOffset? HeardAt => _freshness.HeardAt;

    public int TenantCount => _tenants.Count;

    /// <summary>How many revocations are held: those of the last two hours or so.</summary>
    public int RevocationCount => _revocations.Count;

    public bool TryGet(TenantId id, [NotNullWhen(true)] out TenantEntry? tenant) => _tenants.TryGetValue(id, out tenant);

    public bool TryGet(Slug slug, [NotNullWhen(true)] out TenantEntry? tenant) => _bySlug.TryGetValue(slug, out tenant);

    public bool TryGet(RealmId realm, [NotNullWhen(true)] out TenantEntry? tenant) => _byRealm.TryGetValue(realm, out tenant);

    public bool TryGet(ClientId client, [NotNullWhen(true)] out TenantEntry? tenant) => _byClient.TryGetValue(client, out tenant);

    /// <param name="host">The authority, with its port where it is not the scheme's default.</param>
    public bool TryGetByHost(string host, [NotNullWhen(true)] out TenantEntry? tenant) => _byHost.TryGetValue(host, out tenant);

    public bool TryGetShared(RealmId realm, [NotNullWhen(true)] out SharedRealmEntry? shared) => _shared.TryGet(realm, out shared);

    public bool TryGetShared(ClientId client, [NotNullWhen(true)] out SharedRealmEntry? shared) => _shared.TryGet(client, out shared);

    /// <param name="host">The authority, with its port where it is not the scheme's default.</param>
    public bool TryGetSharedByHost(string host, [NotNullWhen(true)] out SharedRealmEntry? shared) => _shared.TryGetByHost(host, out shared);

    /// <summary>Whether a token of <paramref name="subject"/> for the tenant is no longer good.</summary>
    /// <param name="session">Its <c>sid</c>; null where it has none.</param>
    /// <param name="grant">Its <c>oi_au_id</c>, which names the grant it hangs on; null where it has none.</param>
    /// <param name="issuedAt">Its <c>iat</c>, in seconds since 1970.</param>
    public bool IsRevoked(TenantId tenant, string subject, string? session, string? grant, long issuedAt) =>
        _revocations.Covers(tenant, subject, session, grant, issuedAt);

    public bool TryGet(CellId id, [NotNullWhen(true)] out CellEntry? cell) => _cells.TryGetValue(id, out cell);

    public bool TryGet(PoolId id, [NotNullWhen(true)] out PoolEntry? pool) => _pools.TryGetValue(id, out pool);

    /// <summary>Applies a page that continues from <see cref="Revision"/>; an empty one moves <see cref="HeardAt"/> alone.</summary>
    /// <exception cref="InvalidOperationException">It starts elsewhere or goes back.</exception>
    internal void Apply(FeedPage page)
    {
        if (page.After != Revision || page.Revision < page.After)
        {
            throw new InvalidOperationException($"The page goes from revision {page.After} to {page.Revision}, but the map is at {Revision}.");
        }

        foreach (var cell in page.Cells)
        {
            _cells[cell.CellId] = cell;
        }

        foreach (var pool in page.Pools)
        {
            _pools[pool.PoolId] = pool;
        }

        // Before the tenants, which name them.
        foreach (var shared in page.SharedRealms)
        {
            _shared.Apply(shared);
        }

        foreach (var tenant in page.Tenants)
        {
            Apply(tenant);
        }

        _revocations.Apply(page.Revocations);

        Volatile.Write(ref _revision, page.Revision);
        _freshness.Hear(page);
    }

    void IDirectory.Apply(FeedPage page) => Apply(page);

    private void Apply(TenantEntry tenant)
    {
        _tenants.TryGetValue(tenant.TenantId, out var old);
        if (tenant.State != TenantState.Deleted)
        {
            _tenants[tenant.TenantId] = tenant;
            _bySlug[tenant.Slug] = tenant;
            IndexOwn(tenant);
        }

        if (old is not null)
        {
            Forget(old, tenant.State == TenantState.Deleted ? null : tenant);
        }
    }

    // A shared tenant has neither host nor realm nor client of its own: those of its home name no tenant. Nor do host and
    // realm of a user pool, in which every tenant has its own client.
    private void IndexOwn(TenantEntry tenant)
    {
        if (tenant.Pattern == Pattern.Shared)
        {
            return;
        }

        if (tenant.Backend == Backend.Native)
        {
            _byHost[tenant.SignInHost] = tenant;
            _byRealm[tenant.Realm] = tenant;
        }

        foreach (var client in tenant.Clients)
        {
            _byClient[client] = tenant;
        }
    }

    // Takes away the old entry's keys; a key that meanwhile names another entry is left alone.
    private void Forget(TenantEntry old, TenantEntry? now)
    {
        if (now is null)
        {
            _tenants.TryRemove(new(old.TenantId, old));
        }

        _bySlug.TryRemove(new(old.Slug, old));
        _byHost.TryRemove(new(old.SignInHost, old));
        _byRealm.TryRemove(new(old.Realm, old));
        foreach (var client in old.Clients)
        {
            _byClient.TryRemove(new(client, old));
        }
    }
}
