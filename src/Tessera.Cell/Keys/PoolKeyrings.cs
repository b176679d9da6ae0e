using Microsoft.Extensions.Caching.Memory;
using Tessera.Cell.Store;

namespace Tessera.Cell.Keys;

/// <summary>
/// Opened pools, 1,000 at most: realms of one pool have one keyring, and a realm that is read again has its pool's keys
/// without importing them, which takes longer than all the rest. A row that has changed is opened anew.
/// </summary>
internal sealed class PoolKeyrings(CellKeys keys) : IDisposable
{
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = 1_000 });

    public PoolKeyring Open(PoolRow row)
    {
        if (_cache.TryGetValue(row.PoolId, out Opened? known) && known!.Is(row))
        {
            return known.Keyring;
        }

        var keyring = PoolKeyring.Open(keys, row);
        _cache.Set(row.PoolId, new Opened(row, keyring), new MemoryCacheEntryOptions { Size = 1 });
        return keyring;
    }

    public void Dispose() => _cache.Dispose();

    private sealed record Opened(PoolRow Row, PoolKeyring Keyring)
    {
        public bool Is(PoolRow row) => row.Es256.AsSpan().SequenceEqual(Row.Es256) && (row.Rs256 ?? []).AsSpan().SequenceEqual(Row.Rs256 ?? []);
    }
}
