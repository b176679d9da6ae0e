using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Placements;

/// <summary>
/// The cells tenants may be placed in, and the choice among them: of those that fit, one kept for the tenant's tier before the
/// others, and of these the emptiest. A spare cell opens before the last open one of its kind is full. All of it happens within
/// one change, and changes come one after another: what is counted here is what there is, and no lack opens two cells.
/// </summary>
/// <param name="openSpareAt">How full the emptiest cell of a kind is when a spare one opens; 1 is full.</param>
internal sealed class CellRoom(IReadOnlyList<Standing> cells, double openSpareAt, bool isCut = false)
{
    private readonly List<CellRow> _opened = [];

    /// <summary>Spare cells that this has opened.</summary>
    public IReadOnlyList<CellRow> Opened => _opened;

    /// <summary>Whether the choice might be another if all cells were known.</summary>
    public bool IsDoubtful { get; private set; }

    /// <summary>Those with room for the wish, the emptiest first and spare ones last, and as many of them as asked for; or the one it is pinned to.</summary>
    public static async Task<CellRoom> ReadAsync(DirectoryDb db, PlacementWish wish, int most, double openSpareAt, CancellationToken cancellation)
    {
        if (wish.Cell is { } one && await ReadAsync(db, db.Cells.Where(row => row.CellId == one), cancellation) is [var pinned])
        {
            // And those of its kind, if taking this tenant may make a spare one open.
            var kin = pinned.HasRoom && (pinned.Houses + 1) >= openSpareAt * pinned.Cell.Capacity
                ? await ReadAsync(db, WithRoom(db).Where(row => row.Region == pinned.Cell.Region && row.CellId != one), cancellation)
                : [];
            return new CellRoom([pinned, .. kin], openSpareAt);
        }

        var cells = WithRoom(db).Where(row => wish.Cell == null && (wish.Region == null || row.Region == wish.Region))
            .OrderBy(row => row.State == CellState.Spare).ThenByDescending(row => row.Tier != null)
            .ThenBy(row => (double)row.Tenants / row.Capacity).ThenBy(row => row.CellId);
        var read = await ReadAsync(db, cells.Take(most), cancellation);
        return new CellRoom(read, openSpareAt, read.Count == most);
    }

    /// <summary>All there are.</summary>
    public static async Task<CellRoom> ReadAllAsync(DirectoryDb db, double openSpareAt, CancellationToken cancellation) =>
        new(await ReadAsync(db, db.Cells.OrderBy(row => row.CellId), cancellation), openSpareAt);

    public Outcome<CellRow> Take(PlacementWish wish)
    {
        var chosen = wish.Cell is { } pinned ? cells.FirstOrDefault(cell => cell.Cell.CellId == pinned) : Emptiest(wish);
        if (chosen is null)
        {
            IsDoubtful = isCut;
            return wish.Cell is null ? wish.Unmet() : CellErrors.CellNotFound();
        }

        if (wish.Cell is not null && Fit.Refusal(chosen, wish) is { } refusal)
        {
            return refusal;
        }

        if (chosen.Is(CellState.Spare))
        {
            IsDoubtful = isCut;
            Open(chosen);
        }

        chosen.House(wish);
        OpenBeside(chosen);
        return chosen.Cell;
    }

    // Spare cells stand behind all open ones, whatever their tier: they are for when nothing else fits.
    private Standing? Emptiest(PlacementWish wish) => cells
        .Where(cell => (Fit.IsOpen(cell) || cell.Is(CellState.Spare)) && Fit.Fits(cell, wish))
        .OrderBy(cell => cell.Is(CellState.Spare)).ThenByDescending(cell => cell.Cell.Tier is not null)
        .ThenBy(cell => cell.Fullness).ThenBy(cell => cell.Cell.CellId.Value, StringComparer.Ordinal)
        .FirstOrDefault();

    private void OpenBeside(Standing taken)
    {
        if (!IsNearlyFull(taken) || cells.Any(cell => Fit.IsOpen(cell) && cell.IsOfKind(taken) && !IsNearlyFull(cell)))
        {
            return;
        }

        IsDoubtful |= isCut;
        if (cells.Where(cell => cell.Is(CellState.Spare) && cell.IsOfKind(taken) && Fit.HasRoom(cell))
            .OrderBy(cell => cell.Cell.CellId.Value, StringComparer.Ordinal).FirstOrDefault() is { } spare)
        {
            Open(spare);
        }
    }

    private bool IsNearlyFull(Standing cell) => cell.Fullness >= openSpareAt;

    private void Open(Standing spare)
    {
        spare.Cell.State = CellState.Open;
        _opened.Add(spare.Cell);
    }

    private static IQueryable<CellRow> WithRoom(DirectoryDb db) =>
        db.Cells.Where(row => row.HasRoom && (row.State == CellState.Open || row.State == CellState.Spare) && row.Backend == Backend.Native);

    private static async Task<List<Standing>> ReadAsync(DirectoryDb db, IQueryable<CellRow> wanted, CancellationToken cancellation) =>
        (await wanted.Select(row => new
        {
            Cell = row,
            Pools = row.PoolLimit == null ? 0 : db.Pools.Count(pool => pool.CellId == row.CellId),
            Shared = db.SharedRealms.Any(realm => realm.CellId == row.CellId && realm.State == TenantState.Active),
        }).ToListAsync(cancellation)).ConvertAll(entry => new Standing(entry.Cell, entry.Pools, entry.Shared));
}
