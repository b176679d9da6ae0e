using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using Tessera.Cell.Keys;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Cell.Realms;

/// <summary>
/// Finds realms by id or sign-in host. What was found is kept for a minute, for at most 2,000 realms; a change made
/// through this process forgets it at once, and a write by a stale one is refused by the store's fence.
/// </summary>
internal sealed class RealmLookup(CellStore store, CellKeys keys, PoolKeyrings pools, IOptions<CellOptions> options) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(1);
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 4_000 });
    private long _changes;

    public async ValueTask<Realm?> FindAsync(RealmId id, CancellationToken cancellation) =>
        _cache.TryGetValue(id, out Realm? realm) ? realm : await LoadAsync(RowsOf.InRealm(id, epoch: 0), cancellation);

    /// <param name="host">The request's authority, lower case.</param>
    public async ValueTask<Realm?> FindAsync(string host, CancellationToken cancellation) =>
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

        var loaded = Open(found.realm, found.pool);
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
            TicketKeys.Open(keys, id, row.TicketSecret));
    }
}

/// <summary>How a realm's state stands in its row: the words the store's fence compares.</summary>
internal static class RealmState
{
    public static string Write(TenantState state) => state switch
    {
        TenantState.Active => "active",
        TenantState.Suspended => "suspended",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "A cell houses active and suspended realms."),
    };

    public static TenantState Parse(string state) => state switch
    {
        "active" => TenantState.Active,
        "suspended" => TenantState.Suspended,
        _ => throw new InvalidOperationException("The store has a realm in an unknown state."),
    };
}
