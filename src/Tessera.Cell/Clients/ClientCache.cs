using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;

namespace Tessera.Cell.Clients;

/// <summary>
/// App clients kept from request to request: for 30 seconds, 10,000 at most. A client is kept for the very
/// <see cref="Realm"/> object it was read under, so forgetting the realm forgets its clients, and one that was being read
/// meanwhile is kept for an object no later request will have. The rows are shared between requests and never written.
/// </summary>
internal sealed class ClientCache(CellStore store) : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>The realm's client, detached; what is not there is asked for anew each time.</summary>
    public async ValueTask<ClientRow?> FindAsync(Realm realm, string clientId, CancellationToken cancellation)
    {
        var key = new Key(realm, clientId);
        if (_cache.TryGetValue(key, out ClientRow? known))
        {
            return known;
        }

        await using var db = store.Open(RowsOf.InRealm(realm.Id, realm.Epoch));
        var row = await db.Clients.AsNoTracking().SingleOrDefaultAsync(client => client.ClientId == clientId, cancellation);
        return row is null ? null : _cache.Set(key, row, new MemoryCacheEntryOptions { Size = 1, AbsoluteExpirationRelativeToNow = Life });
    }

    public void Dispose() => _cache.Dispose();

    // The realm as an object, not as a value: two readings of the same realm are two.
    private sealed class Key(Realm realm, string clientId) : IEquatable<Key>
    {
        private readonly Realm _realm = realm;
        private readonly string _clientId = clientId;

        public bool Equals(Key? other) => other is not null && ReferenceEquals(_realm, other._realm) && _clientId == other._clientId;

        public override bool Equals(object? obj) => Equals(obj as Key);

        public override int GetHashCode() => HashCode.Combine(RuntimeHelpers.GetHashCode(_realm), _clientId);
    }
}
