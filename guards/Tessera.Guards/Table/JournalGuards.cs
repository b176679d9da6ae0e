using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>The journal of moves: what it lets happen beside a move, and whose keys are good meanwhile.</summary>
internal static class JournalGuards
{
    private const string Moves = "Tessera.ControlPlane.Moves.";

    public static readonly Guard[] All =
    [
        new("A mover that slept turns nothing", Moves + "MoveRules.IsStill", ReturnsTrue, "MoveAnswerTests.A_mover_that_slept*"),
        new("Cut-over and rolling back exclude each other", Moves + "MoveRules.MayTurn", ReturnsTrue, "MovesMeanwhileTests.It_can_be_aborted*"),
        new("A user pool's tenant is not moved", Moves + "MoveChecks.IsNative", ReturnsNull, "MoveRefusalTests.Who_is_gone*"),
        new("Who is gone is not moved", Moves + "MoveChecks.IsThere", ReturnsNull, "MoveRefusalTests.Who_is_gone*"),
        new("A shared tenant is not moved", Moves + "MoveChecks.HasRealmOfItsOwn", ReturnsNull, "MoveRefusalTests.A_move_that_cannot*"),
        new("One in its old shared realm is not moved", Moves + "MoveChecks.HasLeftTheSharedRealm", ReturnsNull, "MoveRefusalTests.A_move_that_cannot*"),
        new("One that moves is not moved", Moves + "MoveChecks.IsNotMoving", ReturnsNull, "MovesMeanwhileTests.While_it_moves*"),
        new("One to whose cell something is owed is not moved", Moves + "MoveChecks.OwesNothing", ReturnsNull, "MoveRefusalTests.A_tenant_of_which*"),
        new("A move goes elsewhere", Moves + "MoveChecks.IsAnotherPlacement", ReturnsNull, "MoveRefusalTests.A_move_that_cannot*"),
        new("The target takes it", Moves + "MoveChecks.FitsTheTarget", ReturnsNull, "MoveRefusalTests.A_cell_takes_no_more*"),
        new("A tenant is announced at the epoch it left", Moves + "SettlementOfMove.IsPlacedAsItWas", ReturnsTrue, "MoveAnswerTests.A_tenant_whose_epoch*"),
        new("An answer says that it is done", Moves + "CellMoves.SaysItIsDone", ReturnsTrue, "MoveAnswerTests.A_signed_answer*"),
        new("An answer is about this move and of that cell", Moves + "CellMoves.IsAnswerOf", ReturnsTrue, "MoveAnswerTests.A_signed_answer*"),
        new("A digest is whole", Moves + "CellMoves.IsWhole", ReturnsTrue, "MoveAnswerTests.A_signed_answer*"),
        new("Users wait for so long and no longer", Moves + "MoveRun.PausedTooLong", ReturnsFalse, "MoveAnswerTests.A_target_that_stays_away*"),
        new("An answer is signed by the cell", "Tessera.ControlPlane.Cells.SignedAnswer.Read", Takes("TryVerify", true), "MoveAnswerTests.An_answer_that*"),
        new("So many are at work at once", Moves + "MoveSteps.TooManyAsync", ReturnsFalse, "MoveTests.No_more_are_at_work*"),
        new("Clients stay while it moves", Moves + "MoveCounts.IsMovingAsync", ReturnsFalse, "MovesMeanwhileTests.While_it_moves*"),
        new("A shut realm takes no news", Moves + "MoveCounts.IsShutAsync", ReturnsFalse, "MovesMeanwhileTests.A_tenant_that_is_suspended*"),
        new("Deleting stops a move", "Tessera.ControlPlane.Tenants.TenantLife.StopMovingAsync", ReturnsFalse, "MovesMeanwhileTests.A_tenant_that_is_deleted*"),
        new("What happened on the way is told where it arrives", Moves + "SettlementOfMove.OweState", DoesNothing, "MovesMeanwhileTests.A_tenant_that_is_*"),
        new("A former pool is good until its time", "Tessera.AspNetCore.Tokens.TokenChecks.IsGood", ReturnsTrue, "MovingTenantTokenTests"),
        new("A lost cell's keys outlive no move", Moves + "MovePlanning.IsEmergency", ReturnsFalse, "DrainTests.A_lost_cells*"),
        new("A lost cell's keys are good for none who left before", "Tessera.ControlPlane.Drains.CellLoss.DistrustAsync", DoesNothing, "DrainTests.A_lost_cells*"),
    ];
}
