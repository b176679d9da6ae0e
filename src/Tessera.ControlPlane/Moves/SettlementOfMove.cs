using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Moves;

/// <summary>
/// What the directory says of the tenant when its move begins, is through or is rolled back, in the change that turns the move. A
/// tenant that was deleted or suspended on the way is dealt with where it has come to live.
/// </summary>
internal static class SettlementOfMove
{
    /// <summary>The tenant lives at the target from this change on.</summary>
    public static async Task<Error?> WhenThereAsync(Change change, MoveRow move)
    {
        var tenant = await change.Db.Tenants.SingleAsync(row => row.TenantId == move.TenantId);
        if (!IsPlacedAsItWas(tenant, move))
        {
            return MoveErrors.Overtaken();
        }

        (tenant.CellId, tenant.PoolId, tenant.Pattern, tenant.Epoch) = (move.ToCell, move.ToPool, move.ToPattern, move.Epoch + 1);
        tenant.Revision = change.Revision;
        move.PauseMs = (int)(change.Now - move.FencingAt!.Value).TotalMilliseconds;
        move.FencedDigest = null;
        OweState(change, move, tenant);
        return null;
    }

    /// <summary>It has never left.</summary>
    public static async Task<Error?> WhenBackAsync(Change change, MoveRow move)
    {
        var tenant = await change.Db.Tenants.SingleAsync(row => row.TenantId == move.TenantId);
        tenant.Revision = change.Revision; // the feed names the target's pool no more
        move.FencedDigest = null;
        OweState(change, move, tenant);
        return null;
    }

    /// <summary>Tells the feed's consumers of the tenant again.</summary>
    public static Task TouchAsync(Change change, MoveRow move, CancellationToken cancellation) =>
        change.Db.Tenants.Where(row => row.TenantId == move.TenantId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Revision, change.Revision), cancellation);

    /// <summary>An epoch is given once, so whoever finds another one than it began with has been passed by.</summary>
    internal static bool IsPlacedAsItWas(TenantRow tenant, MoveRow move) => tenant.Epoch == move.Epoch && tenant.CellId == move.FromCell;

    private static void OweState(Change change, MoveRow move, TenantRow tenant)
    {
        if (tenant.State == TenantState.Deleted)
        {
            change.Owe(DutyKind.RemoveRealm, tenant, change.Now);
        }
        else if (move.ArrivedAs is { } arrivedAs && tenant.State != arrivedAs)
        {
            change.Owe(DutyKind.TellState, tenant, change.Now);
        }
    }
}
