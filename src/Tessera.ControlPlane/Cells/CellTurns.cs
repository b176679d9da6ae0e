using Tessera.Contracts.Errors;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Cells;

/// <summary>Which state an operator may put a cell into.</summary>
internal static class CellTurns
{
    /// <summary>Why the cell cannot be put into the state; null when it can, or is in it.</summary>
    public static Error? Refusal(CellRow cell, CellState to) =>
        cell.State == to ? null : NotJoined(cell) ?? IsLost(cell) ?? HousesSomebody(cell, to);

    private static Error? NotJoined(CellRow cell) => cell.State == CellState.Invited ? CellErrors.CellNotJoined() : null;

    // What was declared destroyed must not come back: its tenants may live elsewhere by now.
    private static Error? IsLost(CellRow cell) => cell.State == CellState.Lost ? CellErrors.CellLost() : null;

    private static Error? HousesSomebody(CellRow cell, CellState to) =>
        to == CellState.Spare && cell.Tenants > 0 ? CellErrors.CellHousesTenants() : null;
}
