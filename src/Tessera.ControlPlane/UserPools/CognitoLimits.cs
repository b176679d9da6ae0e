using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.UserPools;

/// <summary>What an AWS account has in one region unless it has been given more, and what a user pool may hold.</summary>
internal static class CognitoLimits
{
    public const int UserPools = 1_000;
    public const int ClientsOfUserPool = 1_000;

    /// <summary>Whether the cell may have one more user pool; its own limit goes before Amazon's.</summary>
    public static async Task<bool> HasUserPoolLeftAsync(DirectoryDb db, CellRow cell, CancellationToken cancellation) =>
        await db.Pools.CountAsync(pool => pool.CellId == cell.CellId, cancellation) < (cell.PoolLimit ?? UserPools);

    public static async Task<bool> HasClientsLeftAsync(DirectoryDb db, RealmId userPool, int more, CancellationToken cancellation) =>
        await db.Clients.CountAsync(client => client.RealmId == userPool, cancellation) + more <= ClientsOfUserPool;
}
