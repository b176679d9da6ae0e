namespace Tessera.ControlPlane.Moves;

/// <summary>
/// What keeps a tenant in one place, one rule each. The argument that they suffice is the model of the move, which is searched
/// whole by a test and finds what goes wrong without each of them.
/// </summary>
internal static class MoveRules
{
    /// <summary>What a state may turn into. Cut-over and rolling back both come after the same states and never after each other.</summary>
    private static readonly Dictionary<MoveState, MoveState[]> Across = new()
    {
        [MoveState.Planned] = [MoveState.Copying, MoveState.RollingBack],
        [MoveState.Copying] = [MoveState.Fencing, MoveState.RollingBack],
        [MoveState.Fencing] = [MoveState.Fenced, MoveState.RollingBack],
        [MoveState.Fenced] = [MoveState.Verified, MoveState.RollingBack],
        [MoveState.Verified] = [MoveState.Cutover, MoveState.RollingBack],
        [MoveState.Cutover] = [MoveState.Announced],
        [MoveState.Announced] = [MoveState.Purging],
        [MoveState.Purging] = [MoveState.Purged],
        [MoveState.Purged] = [],
        [MoveState.RollingBack] = [MoveState.RolledBack],
        [MoveState.RolledBack] = [],
    };

    /// <summary>Into another pool of the same cell nothing is copied, and nothing is left to purge.</summary>
    private static readonly Dictionary<MoveState, MoveState[]> Within = new()
    {
        [MoveState.Planned] = [MoveState.Copying, MoveState.RollingBack],
        [MoveState.Copying] = [MoveState.Cutover, MoveState.RollingBack],
        [MoveState.Cutover] = [MoveState.Announced],
        [MoveState.Announced] = [MoveState.Purged],
        [MoveState.Purged] = [],
        [MoveState.RollingBack] = [MoveState.RolledBack],
        [MoveState.RolledBack] = [],
    };

    /// <summary>The tenant is still the source's to the directory, or it is not yet settled that it stays so.</summary>
    public static readonly MoveState[] Moving =
        [MoveState.Planned, MoveState.Copying, MoveState.Fencing, MoveState.Fenced, MoveState.Verified, MoveState.Cutover, MoveState.RollingBack];

    /// <summary>Of those, in which the source takes no writes, or may not.</summary>
    public static readonly MoveState[] Shut = [MoveState.Fencing, MoveState.Fenced, MoveState.Verified, MoveState.Cutover, MoveState.RollingBack];

    /// <summary>At work, and counted against the limit of how many may be at once.</summary>
    public static readonly MoveState[] AtWork = [MoveState.Copying, MoveState.Fencing, MoveState.Fenced, MoveState.Verified, MoveState.Cutover];

    /// <summary>The target will need room for the tenant, or has it not yet in the directory.</summary>
    public static readonly MoveState[] Arriving = [MoveState.Planned, .. AtWork];

    /// <summary>The tenant lives at the target.</summary>
    public static readonly MoveState[] Settled = [MoveState.Announced, MoveState.Purging, MoveState.Purged];

    /// <summary>Nothing is left to do.</summary>
    public static readonly MoveState[] Over = [MoveState.Purged, MoveState.RolledBack];

    /// <summary>The move is as it was when this mover looked. One that slept meanwhile has nothing to say any more.</summary>
    public static bool IsStill(MoveRow now, MoveRow seen) => now.State == seen.State && now.Version == seen.Version;

    public static bool MayTurn(MoveState from, MoveState to, bool withinCell) => (withinCell ? Within : Across)[from].Contains(to);

    public static bool MayRollBack(MoveRow move) => MayTurn(move.State, MoveState.RollingBack, move.IsWithinCell);

    /// <summary>The states a move goes through where nothing gets in its way.</summary>
    public static List<MoveState> Path(bool withinCell)
    {
        List<MoveState> path = [MoveState.Planned];
        while ((withinCell ? Within : Across)[path[^1]] is [var next, ..])
        {
            path.Add(next);
        }

        return path;
    }

    /// <summary>The users wait.</summary>
    public static bool IsPaused(MoveState state) => state is MoveState.Fencing or MoveState.Fenced or MoveState.Verified;
}
