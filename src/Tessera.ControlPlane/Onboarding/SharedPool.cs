using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Onboarding;

/// <summary>The one pool of a cell that its hybrid tenants and its shared realm share.</summary>
internal static class SharedPool
{
    /// <summary>The pool, made with the first that needs it.</summary>
    public static PoolId Of(CellRow cell, Change change) => cell.SharedPoolId ??= Make(cell, change);

    /// <summary>A new pool in the cell.</summary>
    public static PoolId Make(CellRow cell, Change change)
    {
        var pool = new PoolRow { PoolId = PoolId.New(), CellId = cell.CellId, Revision = change.Revision };
        change.Db.Pools.Add(pool);
        return pool.PoolId;
    }
}
