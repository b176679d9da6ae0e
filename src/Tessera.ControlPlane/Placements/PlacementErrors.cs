using Tessera.Contracts.Errors;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.SharedRealms;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Placements;

internal static class PlacementErrors
{
    /// <summary>Nothing fits; the field is the narrowest of what was asked for.</summary>
    public static Error NoCellWithRoom(PlacementWish wish)
    {
        if (wish.Pattern == Pattern.Shared)
        {
            return SharedRealmErrors.NoSharedRealm();
        }

        var asked = new (string Field, string? Value)[]
        {
            ("canary", wish.Canary ? "yes" : null), ("tier", wish.Tier), ("residency", wish.Residency), ("region", wish.Region),
        }.Where(part => part.Value is not null).ToList();
        return new Error(
            "no_cell_with_room",
            409,
            $"No open cell{string.Concat(asked.Select(part => $" of {part.Field} {part.Value}"))} has room. "
            + "Open a spare cell, raise a cell's capacity or register another one; `tessera cells` shows what there is.",
            asked.Count > 0 ? asked[0].Field : null);
    }

    public static Error CellFull(CellRow cell) => new(
        "cell_full", 409, $"Cell {cell.CellId} houses the {cell.Capacity} tenants it may. Raise its capacity, or name no cell.", "cell");

    public static Error CellNotOpen(CellRow cell) => new(
        "cell_not_open", 409, $"Cell {cell.CellId} takes no tenants. Open it with `tessera cell open {cell.CellId}`, or name no cell.", "cell");

    public static Error CellDoesNotFit(string field) => new(
        "cell_does_not_fit", 409, $"The cell asked for has another {field}. Name no cell, or one of that {field}.", field);

    public static Error PoolsUsedUp(CellRow cell) => new(
        "pools_used_up", 409, $"Cell {cell.CellId} has all the pools it may. Choose the pattern hybrid, raise its limit, or name another cell.", "pattern");

    public static Error PoolNotFound() => new("pool_unknown", 404, "There is no such pool in the cell. Give the pool of a tenant that lives there.", "pool");
}
