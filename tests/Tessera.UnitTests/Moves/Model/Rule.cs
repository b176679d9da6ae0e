namespace Tessera.UnitTests.Moves.Model;

/// <summary>The rules of a move. The search takes them out one at a time and must find what each is for.</summary>
[Flags]
internal enum Rule
{
    None = 0,

    /// <summary>A state turns into the next only if it is still the one that was seen: no lease, no clock.</summary>
    TurnsCompareAndSet = 1,

    /// <summary>The target is activated only after the decision is in the journal.</summary>
    ActivatesAfterDecision = 2,

    /// <summary>The source is opened again only after the journal says that the move is rolled back.</summary>
    UnfencesAfterRollback = 4,

    /// <summary>A request names its move, and a cell does nothing for another than the one it has.</summary>
    CellsAskWhichMove = 8,

    /// <summary>A cell remembers an attempt that was rolled back, and does nothing for it any more.</summary>
    CellsRememberRollback = 16,

    /// <summary>A write looks at the realm's state again in the transaction that commits it.</summary>
    WritesCheckAtCommit = 32,

    /// <summary>The target compares its rows with what the source had when it was fenced, before it is activated.</summary>
    TargetCompares = 64,

    /// <summary>The target takes rows only until it is activated.</summary>
    RowsOnlyWhileArriving = 128,

    /// <summary>What is decided is not rolled back, and what is rolled back not decided.</summary>
    DecisionExcludesRollback = 256,

    All = 511,
}
