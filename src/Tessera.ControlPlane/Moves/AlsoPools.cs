using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Moves;

/// <summary>Whose keys are good for a tenant beside its own pool's, as the feed tells it: read from its moves, so that nothing has to be taken back.</summary>
internal static class AlsoPools
{
    /// <param name="now">Seconds since 1970.</param>
    public static async Task<ILookup<TenantId, AlsoPool>> OfAsync(DirectoryDb db, IReadOnlyList<TenantRow> tenants, long now, CancellationToken cancellation)
    {
        var ids = tenants.Select(tenant => tenant.TenantId).ToList();
        var moves = await db.Moves
            .Where(row => ids.Contains(row.TenantId))
            .Where(row => MoveRules.AtWork.Contains(row.State) || (MoveRules.Settled.Contains(row.State) && row.FormerKeysUntil > now))
            .OrderBy(row => row.Born)
            .ToListAsync(cancellation);
        var own = tenants.ToDictionary(tenant => tenant.TenantId, tenant => tenant.PoolId);
        return moves.Select(row => (row.TenantId, Also: Of(row)))
            .Where(entry => entry.Also.Pool != own[entry.TenantId])
            .GroupBy(entry => (entry.TenantId, entry.Also.Pool))
            .Select(group => (group.Key.TenantId, Also: group.Select(entry => entry.Also).Aggregate(Longer)))
            .ToLookup(entry => entry.TenantId, entry => entry.Also);
    }

    // The target's until it is settled that the tenant lives there; then the source's, for as long as its last token.
    internal static AlsoPool Of(MoveRow move) => MoveRules.AtWork.Contains(move.State) ? new(move.ToPool) : new(move.FromPool, move.FormerKeysUntil);

    private static AlsoPool Longer(AlsoPool one, AlsoPool other) =>
        one.Until is null || other.Until is null ? new(one.Pool) : one.Until > other.Until ? one : other;
}
