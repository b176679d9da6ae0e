namespace Tessera.ControlPlane.Cells;

/// <summary>Whether a cell takes tenants. <c>full</c> is none of these: it is how an open cell without room is told.</summary>
internal enum CellState
{
    /// <summary>Announced; it has not joined.</summary>
    Invited,

    /// <summary>Joined, and takes tenants once it is opened: by an operator, or by itself when the others run out of room.</summary>
    Spare,

    Open,

    /// <summary>Takes nobody, and those it has are moved away.</summary>
    Draining,

    /// <summary>Takes nobody. Those it has stay, and are served.</summary>
    Closed,

    /// <summary>Declared destroyed: it is asked for nothing any more.</summary>
    Lost,
}
