using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>The journal of moves: what it lets happen beside a move, and whose keys are good meanwhile.</summary>
internal static class JournalGuards
{
    private const string Moves = "Tessera.ControlPlane.Moves.";

    public static readonly Guard[] All =
    [
        new("So many are at work at once", Moves + "MoveSteps.TooManyAsync", ReturnsFalse, "MoveTests.No_more_are_at_work*"),
        new("Clients stay while it moves", Moves + "MoveCounts.IsMovingAsync", ReturnsFalse, "MoveRefusalTests.While_it_moves*"),
        new("A shut realm takes no news", Moves + "MoveCounts.IsShutAsync", ReturnsFalse, "MoveRefusalTests.A_tenant_that_is_suspended*"),
        new("Deleting stops a move", "Tessera.ControlPlane.Tenants.TenantLife.StopMovingAsync", ReturnsFalse, "MoveRefusalTests.A_tenant_that_is_deleted*"),
        new("What happened on the way is told where it arrives", Moves + "SettlementOfMove.OweState", DoesNothing, "MoveRefusalTests.A_tenant_that_is_*"),
        new("A former pool is good until its time", "Tessera.AspNetCore.Tokens.TokenChecks.IsGood", ReturnsTrue, "MovingTenantTokenTests"),
        new("A lost cell's keys outlive no move", Moves + "MovePlanning.IsEmergency", ReturnsFalse, "DrainTests.A_lost_cells*"),
        new("A lost cell's keys are good for none who left before", "Tessera.ControlPlane.Drains.CellLoss.DistrustAsync", DoesNothing, "DrainTests.A_lost_cells*"),
    ];
}
