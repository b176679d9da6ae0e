using Microsoft.EntityFrameworkCore;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Duties;

/// <summary>
/// What the directory lets go of once a cell has done its duty. Nobody was ever told of what was undone, so nothing of it
/// needs to stay: its names are free at once.
/// </summary>
internal static class Release
{
    public static Task AfterAsync(Change change, DutyRow duty, CancellationToken cancellation) => duty.Kind switch
    {
        DutyKind.UndoOnboarding or DutyKind.UndoSharedOnboarding => TenantAsync(change, duty, cancellation),
        DutyKind.UndoSharedRealm => SharedRealmAsync(change, duty, cancellation),
        DutyKind.UndoPromotion => PromotionAsync(change, duty, cancellation),
        DutyKind.RemoveClient => change.Db.Clients.Where(row => row.ClientId == duty.ClientId && !row.Active).ExecuteDeleteAsync(cancellation),
        _ => Task.CompletedTask,
    };

    private static async Task TenantAsync(Change change, DutyRow duty, CancellationToken cancellation)
    {
        var pool = await change.Db.Tenants.Where(row => row.TenantId == duty.TenantId).Select(row => row.PoolId).SingleAsync(cancellation);
        await change.Db.Names.Where(row => row.TenantId == duty.TenantId).ExecuteDeleteAsync(cancellation);
        await change.Db.Clients.Where(row => row.TenantId == duty.TenantId).ExecuteDeleteAsync(cancellation);
        await change.Db.Tenants.Where(row => row.TenantId == duty.TenantId).ExecuteDeleteAsync(cancellation);
        await change.Db.Pools
            .Where(row => row.PoolId == pool && row.Keys == null && !change.Db.Cells.Any(cell => cell.SharedPoolId == row.PoolId))
            .ExecuteDeleteAsync(cancellation);
    }

    private static async Task SharedRealmAsync(Change change, DutyRow duty, CancellationToken cancellation)
    {
        var realm = await change.Db.SharedRealms.SingleAsync(row => row.RealmId == duty.RealmId, cancellation);
        var clients = await change.Db.Clients.Where(row => row.RealmId == duty.RealmId && row.TenantId == null).ToListAsync(cancellation);
        await NamesAsync(change, NameKind.Slug, [realm.Slug.Value], cancellation);
        await NamesAsync(change, NameKind.Host, [realm.SignInHost], cancellation);
        await NamesAsync(change, NameKind.ClientId, [.. clients.Select(client => client.ClientId.Value)], cancellation);
        change.Db.Clients.RemoveRange(clients);
        change.Db.SharedRealms.Remove(realm);
    }

    private static async Task PromotionAsync(Change change, DutyRow duty, CancellationToken cancellation)
    {
        var promotion = await change.Db.Promotions.SingleAsync(row => row.TenantId == duty.TenantId && row.RealmId == duty.RealmId, cancellation);
        await NamesAsync(change, NameKind.Host, [promotion.SignInHost], cancellation);
        await NamesAsync(change, NameKind.EmailDomain, promotion.EmailDomains, cancellation);
        await NamesAsync(change, NameKind.ClientId, [promotion.ClientId.Value], cancellation);
        await change.Db.Clients.Where(row => row.ClientId == promotion.ClientId && !row.Active).ExecuteDeleteAsync(cancellation);
        change.Db.Promotions.Remove(promotion);
    }

    private static Task<int> NamesAsync(Change change, NameKind kind, string[] names, CancellationToken cancellation) =>
        change.Db.Names.Where(row => row.Kind == kind && names.Contains(row.Name)).ExecuteDeleteAsync(cancellation);
}
