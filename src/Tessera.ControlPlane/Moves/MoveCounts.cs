using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Moves;

/// <summary>What is asked about moves by those who do not move anything.</summary>
internal static class MoveCounts
{
    public static Task<int> AtWorkAsync(DirectoryDb db, CancellationToken cancellation) =>
        db.Moves.CountAsync(row => MoveRules.AtWork.Contains(row.State), cancellation);

    /// <summary>How many tenants are on their way to the cell from another, and will need room there.</summary>
    public static Task<int> ArrivingAsync(DirectoryDb db, CellId cell, CancellationToken cancellation) =>
        db.Moves.CountAsync(row => row.ToCell == cell && row.FromCell != cell && MoveRules.Arriving.Contains(row.State), cancellation);

    /// <summary>Whether the tenant is on its way.</summary>
    public static Task<bool> IsMovingAsync(DirectoryDb db, TenantId? tenant, CancellationToken cancellation) =>
        db.Moves.AnyAsync(row => row.TenantId == tenant && MoveRules.Moving.Contains(row.State), cancellation);

    /// <summary>Whether its realm takes no writes just now, or may not.</summary>
    public static Task<bool> IsShutAsync(DirectoryDb db, TenantId? tenant, CancellationToken cancellation) =>
        db.Moves.AnyAsync(row => row.TenantId == tenant && MoveRules.Shut.Contains(row.State), cancellation);

    public static async Task<IReadOnlyList<PublicJwk>> KeysOfAsync(DirectoryDb db, PoolId pool, CancellationToken cancellation) =>
        PoolKeyStore.Read(await db.Pools.SingleAsync(row => row.PoolId == pool, cancellation));
}
