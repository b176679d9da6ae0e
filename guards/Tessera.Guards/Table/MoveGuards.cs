using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>A realm that moves: whose steps are taken, in which order, and what of its rows is believed.</summary>
internal static class MoveGuards
{
    private const string Rules = "Tessera.Cell.Moves.MoveRules.";
    private const string Rows = "Tessera.Cell.Moves.Rows.";
    private const string Realms = "Tessera.Cell.Realms.";

    public static readonly Guard[] All =
    [
        new("A move is no other tenant's to know", Rules + "OfTenant", ReturnsNull, "SqliteOrderTests"),
        new("A step is taken at the end of the move it is for", Rules + "OfRole", ReturnsNull, "MoveRulesTests"),
        new("A move that was rolled back is over", Rules + "NotOver", ReturnsNull, "SqliteOrderTests"),
        new("A step is taken in its turn", Rules + "InState", ReturnsNull, "SqliteOrderTests"),
        new("A realm is in one move's hand", Rules + "InHand", ReturnsNull, "SqliteOrderTests"),
        new("A move begins where no other is under way", Rules + "InNoHand", ReturnsNull, "SqliteOrderTests"),
        new("A realm arrives for its owner", Rules + "OwnedBy", ReturnsNull, "MoveRulesTests"),
        new("What leaves lives here", Rules + "LivesHere", ReturnsNull, "MoveRulesTests"),
        new("A move begins at the present epoch", Rules + "AtEpoch", ReturnsNull, "SqliteOrderTests", "SqliteAfterwardsTests"),
        new("A realm arrives where it is not", Rules + "MayArrive", ReturnsNull, "SqliteOrderTests"),
        new("An arrival is repeated with the same words", Rules + "SameArrival", ReturnsNull, "SqliteOrderTests"),
        new("A departure is repeated with the same words", Rules + "SameDeparture", ReturnsNull, "SqliteOrderTests"),
        new("A realm is said to be where it went", Rules + "SameMoved", ReturnsNull, "SqliteOrderTests"),
        new("A digest is the source's, of this move", Rules + "OfSource", ReturnsNull, "SqliteOrderTests"),
        new("A page is of this move and realm", Rules + "OfMove", ReturnsNull, "SqliteRowsTests"),
        new("A realm is activated over what was fenced", "Tessera.Cell.Moves.Ledger.RowSums.AreEqual", ReturnsTrue, "SqliteOrderTests"),
        new("SQLite notes what is written to a realm that moves", "Tessera.Cell.Store.LedgerSql.Trigger", DoesNothing, "SqliteLedgerTests"),
        new("PostgreSQL notes what is written to a realm that moves", "Tessera.Cell.Store.LedgerSql.OnPostgres", DoesNothing, "PostgresLedgerTests"),
        new("A column is not too long", Rows + "TravelColumn.IsNotTooLong", ReturnsTrue, "SqliteRowsTests"),
        new("No text has a NUL", Rows + "TravelColumn.HasNoNul", ReturnsTrue, "SqliteRowsTests"),
        new("A row is of its page's part of the table", Rows + "OwnedTable`1.IsWithin", ReturnsTrue, "SqliteRowsTests"),
        new("A page has the columns of the model", Rows + "PageRows.AreColumns", ReturnsTrue, "SqliteRowsTests"),
        new("Buckets asked for are some", "Tessera.Cell.Moves.Departures.AreBuckets", ReturnsTrue, "SqliteRowsTests"),
        new("A realm is brought by its owner's token", "Tessera.Cell.Moves.MoveRoutes.IsOfPath", ReturnsTrue, "SqliteOrderTests"),
        new("Former keys are keys", "Tessera.Cell.Moves.FormerKeys.AreSound", ReturnsTrue, "SqliteOrderTests"),
        new("A former key goes by its own name", Realms + "FormerKey.IsItsOwnName", ReturnsTrue, "SqliteOrderTests"),
        new("A former key is good until its time", Realms + "FormerKey.Good", Takes("op_GreaterThan", true), "SqliteAfterwardsTests"),
        new("A realm that is on its way is its move's alone", "Tessera.Cell.Control.ServiceDoor.IsReachable", ReturnsTrue, "SqliteOrderTests"),
        new("A realm that has gone or is on its way serves nobody", Realms + "RealmEntry.HasGone", ReturnsFalse, "SqliteOrderTests", "SqliteMoveTests"),
        new("A request waits while its realm is shut", Realms + "RealmEntry.MayEnter", ReturnsTrue, "WaitingTests"),
        new("No more wait than there is room for", Realms + "RealmGate.HasRoom", ReturnsTrue, "WaitingTests"),
        new("A realm in a move's hand is not changed by provisioning", "Tessera.Cell.Control.RealmRoutes.RefusalOfChange", ReturnsNull, "SqliteOrderTests"),
        new("A realm in a move's hand is not taken away", "Tessera.Cell.Control.RealmEraser.IsInHand", ReturnsFalse, "SqliteOrderTests"),
        new("Only a marker is swept", "Tessera.Cell.Moves.MoveSweeper.IsMarkerOf", ReturnsTrue, "SqliteAfterwardsTests"),
        new("SQLite's writers ask whether the realm is shut", "Tessera.Cell.Store.SqliteFence.Writer", ReturnsNull, "SqliteFenceTests"),
        new("PostgreSQL's writers are waited for", "Tessera.Cell.Store.RealmHold.LockAsync", DoesNothing, "PostgresFenceTests"),
    ];
}
