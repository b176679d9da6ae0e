using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Cells;

/// <summary>The public keys of pools, as their cells reported them.</summary>
internal static class PoolKeyStore
{
    /// <summary>
    /// Adds what the cell reported. Answers of one cell may arrive out of order, and a cell only ever adds keys, so an
    /// older answer must not take one away.
    /// </summary>
    public static async Task AddAsync(Change change, PoolKeys reported, CancellationToken cancellation)
    {
        var pool = await change.Db.Pools.SingleAsync(row => row.PoolId == reported.PoolId, cancellation);
        var known = Read(pool);
        var added = reported.Keys.Where(key => known.All(other => other.Kid != key.Kid)).ToList();
        if (added.Count > 0)
        {
            pool.Keys = JsonSerializer.Serialize<IReadOnlyList<PublicJwk>>([.. known, .. added]);
            pool.Revision = change.Revision;
        }
    }

    public static IReadOnlyList<PublicJwk> Read(PoolRow pool) =>
        pool.Keys is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<PublicJwk>>(pool.Keys)!;
}
