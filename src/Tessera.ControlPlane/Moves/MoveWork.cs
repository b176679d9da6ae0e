using Tessera.Contracts.Errors;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Moves;

/// <summary>A move as one mover saw it, and the two cells. What was seen decides nothing: the cells and the journal look again.</summary>
/// <param name="Tenant">As the directory had it then.</param>
/// <param name="SourceIsLost">Declared destroyed: nobody there needs to be told where the tenant has gone.</param>
/// <param name="TargetIsLost">Declared destroyed on the way: nothing of what arrived there is left to forget.</param>
internal sealed record MoveWork(MoveRow Move, TenantRow Tenant, CellDoor Source, CellDoor Target, bool SourceIsLost, bool TargetIsLost);

/// <summary>What came of doing what a state asks for.</summary>
internal abstract record Stepped
{
    private Stepped() { }

    /// <summary>It is done: the move may turn.</summary>
    /// <param name="Effect">What else changes with the state.</param>
    public sealed record Done(MoveState Next, TurnEffect? Effect = null) : Stepped;

    /// <summary>It is not, and the move stays as it is for the time being.</summary>
    public sealed record NotYet(Error Error) : Stepped;

    /// <summary>There is nothing to do before then.</summary>
    public sealed record Wait(DateTimeOffset Until) : Stepped;
}
