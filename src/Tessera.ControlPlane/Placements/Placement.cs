using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Placements;

/// <summary>Places tenants within the change that makes or moves them.</summary>
internal sealed class Placement(IOptions<ControlOptions> options)
{
    // How many cells are looked at for one tenant; nearly always the first takes it.
    private const int Few = 8;

    /// <summary>The cell the tenant is to live in, with a spare one opened where that leaves too little room.</summary>
    public async Task<Outcome<CellRow>> ChooseAsync(Change change, PlacementWish wish, CancellationToken cancellation)
    {
        if (await InPoolAsync(change.Db, wish, cancellation) is not Outcome<PlacementWish>.Done(var pinned))
        {
            return PlacementErrors.PoolUnknown();
        }

        var room = await CellRoom.ReadAsync(change.Db, pinned, Few, options.Value.OpenSpareAt, cancellation);
        var chosen = room.Take(pinned);
        if (room.IsDoubtful)
        {
            change.Db.ChangeTracker.Entries<CellRow>().ToList().ForEach(entry => entry.State = EntityState.Detached);
            room = await RoomAsync(change.Db, cancellation);
            chosen = room.Take(pinned);
        }

        await TellOpenedAsync(change, room, cancellation);
        return chosen;
    }

    /// <summary>All cells, for placing many tenants in one change. What it opens is to be told with <see cref="TellOpenedAsync"/>.</summary>
    public Task<CellRoom> RoomAsync(DirectoryDb db, CancellationToken cancellation) => CellRoom.ReadAllAsync(db, options.Value.OpenSpareAt, cancellation);

    /// <summary>The wish with the cell of the pool it names.</summary>
    public static async Task<Outcome<PlacementWish>> InPoolAsync(DirectoryDb db, PlacementWish wish, CancellationToken cancellation)
    {
        if (wish.Pool is not { } pool)
        {
            return wish;
        }

        var housing = await db.Pools.Where(row => row.PoolId == pool).Select(row => (CellId?)row.CellId).SingleOrDefaultAsync(cancellation);
        return housing is { } cell && (wish.Cell is null || wish.Cell == cell) ? wish with { Cell = cell } : PlacementErrors.PoolUnknown();
    }

    /// <summary>An audit row for each spare cell that was opened.</summary>
    public static Task TellOpenedAsync(Change change, CellRoom room, CancellationToken cancellation) => room.Opened.Count == 0
        ? Task.CompletedTask
        : change.AlsoAsync([.. room.Opened.Select(cell => new AuditEntry(AuditEntry.System, "cell.open", cell.CellId.Value))], cancellation);
}
