using Tessera.Contracts.Errors;

namespace Tessera.ControlPlane.Drains;

internal static class DrainErrors
{
    public static Error CellNotDraining() => new("cell_not_draining", 404, "The cell is not being drained.");

    public static Error DrainsToItself() => new("already_there", 409, "A cell cannot be drained into itself.", "to");
}
