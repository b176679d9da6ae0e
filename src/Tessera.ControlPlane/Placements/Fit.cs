using Tessera.Contracts.Errors;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;

namespace Tessera.ControlPlane.Placements;

/// <summary>Whether a tenant may be placed in a cell: one rule each.</summary>
internal static class Fit
{
    /// <summary>Whether a cell takes this tenant unasked, once it is open.</summary>
    public static bool Fits(Standing cell, PlacementWish wish) =>
        IsOurs(cell) && HasRoom(cell) && IsInRegion(cell, wish) && KeepsResidency(cell, wish) && ServesTier(cell, wish)
        && SuitsCanary(cell, wish) && HasPoolLeft(cell, wish) && HasHomeFor(cell, wish);

    /// <summary>Why a tenant that is pinned to the cell cannot be placed there; null when it can.</summary>
    public static Error? Refusal(Standing cell, PlacementWish wish) =>
        !IsOurs(cell) ? CellErrors.CellOfOtherBackend("cell")
        : cell.Is(CellState.Invited) ? CellErrors.CellNotJoined()
        : !IsOpen(cell) ? PlacementErrors.CellNotOpen(cell.Cell.CellId.Value)
        : !IsInRegion(cell, wish) ? PlacementErrors.CellDoesNotFit("region")
        : !KeepsResidency(cell, wish) ? PlacementErrors.CellDoesNotFit("residency")
        : !HasRoom(cell) ? PlacementErrors.CellFull(cell.Cell.CellId.Value, cell.Cell.Capacity)
        : !HasPoolLeft(cell, wish) ? PlacementErrors.PoolsUsedUp(cell.Cell.CellId.Value)
        : !HasHomeFor(cell, wish) ? SharedRealms.SharedRealmErrors.NoSharedRealm()
        : null;

    public static bool IsOpen(Standing cell) => cell.Is(CellState.Open);

    public static bool HasRoom(Standing cell) => cell.HasRoom;

    // Realms are made at cells of ours alone; user pools are registered, and their tenants bound to clients.
    private static bool IsOurs(Standing cell) => cell.Cell.Backend == Backend.Native;

    private static bool IsInRegion(Standing cell, PlacementWish wish) => wish.Region is null || cell.Cell.Region == wish.Region;

    private static bool KeepsResidency(Standing cell, PlacementWish wish) => wish.Residency is null || cell.Cell.Residency == wish.Residency;

    private static bool ServesTier(Standing cell, PlacementWish wish) => cell.Cell.Tier is null || cell.Cell.Tier == wish.Tier;

    private static bool SuitsCanary(Standing cell, PlacementWish wish) => cell.Cell.Canary == wish.Canary;

    private static bool HasPoolLeft(Standing cell, PlacementWish wish) =>
        !wish.NeedsPool || cell.Cell.PoolLimit is not { } limit || cell.Pools < limit;

    private static bool HasHomeFor(Standing cell, PlacementWish wish) => wish.Pattern != Pattern.Shared || cell.HasSharedRealm;
}
