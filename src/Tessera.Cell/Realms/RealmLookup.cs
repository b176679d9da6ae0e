using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Tessera.Cell.Keys;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Realms;

/// <summary>
/// Finds realms by id or sign-in host. What was found is kept for a minute, for at most 2,000 realms; a change made
/// through this process forgets it at once, and a write by a stale one is refused by the store's fence. A realm that is
/// shut is not kept: how it stands changes soon.
/// </summary>
internal sealed class RealmLookup(CellStore store, CellKeys keys, PoolKeyrings pools, RealmGates gates, IOptions<CellOptions> options) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 4_000 });
    private long _changes;

    /// <summary>The realm, if it lives here.</summary>
    public async ValueTask<Realm?> FindAsync(RealmId id, CancellationToken cancellation) =>
        await LookAsync(id, cancellation) is { LivesHere: true } realm ? realm : null;

    /// <summary>The realm however it stands: on its way here and gone as well. For the door, and for moves.</summary>
    public async ValueTask<Realm?> LookAsync(RealmId id, CancellationToken cancellation) =>
        _cache.TryGetValue(id, out Realm? realm) ? realm : await LoadAsync(RowsOf.InRealm(id, epoch: 0), cancellation);

    /// <param name="host">The request's authority, lower case.</param>
    public async ValueTask<Realm?> LookAsync(string host, CancellationToken cancellation) =>
        _cache.TryGetValue(host, out Realm? realm) ? realm : await LoadAsync(RowsOf.Host(host), cancellation);

    public void Forget(RealmId id, string signInHost)
    {
        Interlocked.Increment(ref _changes);
        if (_cache.TryGetValue(id, out Realm? known))
        {
            _cache.Remove(known!.SignIn.Authority); // the host it had, which may be another's by now
        }

        _cache.Remove(id);
        _cache.Remove(signInHost);
    }

    /// <summary>The same where the sign-in host is for the store to tell.</summary>
    public async Task ForgetAsync(RealmId id, CancellationToken cancellation)
    {
        await using var db = store.Open(RowsOf.InRealm(id, epoch: 0));
        Forget(id, await db.Realms.Select(row => row.SignInHost).SingleOrDefaultAsync(cancellation) ?? "");
    }

    public void Dispose() => _cache.Dispose();

    private async Task<Realm?> LoadAsync(RowsOf rows, CancellationToken cancellation)
    {
        var changes = Interlocked.Read(ref _changes);
        await using var db = store.Open(rows);
        var found = await db.Realms.AsNoTracking()
            .Join(db.Pools, realm => realm.PoolId, pool => pool.PoolId, (realm, pool) => new { realm, pool })
            .SingleOrDefaultAsync(cancellation);
        if (found is null)
        {
            return null;
        }

        var loaded = Open(found.realm, found.pool) with { FormerKeys = await FormerKeysAsync(found.realm, cancellation) };
        if (loaded.Standing == RealmStanding.Fenced)
        {
            return loaded;
        }

        var entry = new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Life };
        _cache.Set(loaded.Id, loaded, entry);
        _cache.Set(loaded.SignIn.Authority, loaded, entry);
        if (Interlocked.Read(ref _changes) != changes)
        {
            // Something changed while this was read: it is good for this request, and too old to keep.
            _cache.Remove(loaded.Id);
            _cache.Remove(loaded.SignIn.Authority);
        }

        return loaded;
    }

    private Realm Open(RealmRow row, PoolRow pool)
    {
        if (!RealmId.TryParse(row.RealmId, out var id))
        {
            throw new InvalidOperationException("The store has a realm whose id is none.");
        }

        var authHost = options.Value.AuthHostUri;
        return new Realm(
            id,
            row.TenantId is { } owner ? new TenantId(owner) : null,
            row.DisplayName,
            RealmState.Parse(row.State),
            row.Epoch,
            new Uri(authHost, row.RealmId),
            new Uri($"{authHost.Scheme}://{row.SignInHost}/"),
            pools.Open(pool),
            TicketKeys.Open(keys, id, row.TicketSecret),
            gates.Of(id)) { MovedTo = row.MovedTo };
    }

    // Asked for only where there may be some, in a scope of the realm's own: by its host alone they cannot be read.
    private async Task<IReadOnlyList<FormerKey>> FormerKeysAsync(RealmRow row, CancellationToken cancellation)
    {
        if (row.FormerKeysUntil is null || !RealmId.TryParse(row.RealmId, out var id))
        {
            return [];
        }

        await using var db = store.Open(RowsOf.InRealm(id, row.Epoch));
        return [.. (await db.FormerKeys.AsNoTracking().ToListAsync(cancellation)).Select(FormerKey.Open)];
    }
}
