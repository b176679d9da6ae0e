namespace Tessera.ControlPlane.Moves;

/// <summary>How long things of a move last.</summary>
internal static class MoveTimes
{
    /// <summary>How long the former pool's tokens are good: an access token's life, and two minutes for clocks that differ.</summary>
    public static readonly TimeSpan FormerKeys = TimeSpan.FromMinutes(62);

    /// <summary>How long the source points to the target: past the last token it gave.</summary>
    public static readonly TimeSpan Marker = TimeSpan.FromHours(2);

    /// <summary>How long the users may wait before the source is opened again.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>How often in a row something may fail while the tenant works before the move is given up.</summary>
    public const int MostFailures = 8;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>Doubles from half a second to a minute; a tenth of a second while users wait.</summary>
    public static TimeSpan BackOff(MoveState state, int failures) =>
        MoveRules.IsPaused(state) ? TimeSpan.FromMilliseconds(100)
        : failures >= 8 ? Longest
        : TimeSpan.FromSeconds(0.5 * (1 << failures)) is var wait && wait < Longest ? wait : Longest;
}
