using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Placements;

internal static class PlacementErrors
{
    /// <param name="asked">What the cell was to be, such as <c> of region eu-central-1</c>.</param>
    /// <param name="field">The narrowest of it.</param>
    public static Error NoCellWithRoom(string asked, string? field) => new(
        "no_cell_with_room",
        409,
        $"No open cell{asked} has room. Open a spare cell, raise a cell's capacity or register another one; `tessera cells` shows what there is.",
        field);

    public static Error CellFull(string cell, int capacity) => new(
        "cell_full", 409, $"Cell {cell} houses the {capacity} tenants it may. Raise its capacity, or name no cell.", "cell");

    public static Error CellNotOpen(string cell) => new(
        "cell_not_open", 409, $"Cell {cell} takes no tenants. Open it with `tessera cell open {cell}`, or name no cell.", "cell");

    public static Error CellDoesNotFit(string field) => new(
        "cell_does_not_fit", 409, $"The cell asked for has another {field}. Name no cell, or one of that {field}.", field);

    public static Error PoolsUsedUp(string cell) => new(
        "pools_used_up", 409, $"Cell {cell} has all the pools it may. Choose the pattern hybrid, raise its limit, or name another cell.", "pattern");

    public static Error PoolUnknown() => new("pool_unknown", 404, "There is no such pool in the cell. Give the pool of a tenant that lives there.", "pool");
}
