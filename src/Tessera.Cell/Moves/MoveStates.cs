namespace Tessera.Cell.Moves;

/// <summary>The words of a move's row.</summary>
internal static class MoveStates
{
    public const string Source = "source";
    public const string Target = "target";
    public const string Both = "both";

    public const string Copying = "copying";
    public const string Fenced = "fenced";
    public const string Moved = "moved";
    public const string Purged = "purged";
    public const string Arriving = "arriving";
    public const string Active = "active";
    public const string RolledBack = "rolled_back";
}
