using Tessera.Contracts.Ids;

namespace Tessera.ControlPlane.Drains;

/// <summary>That a cell's tenants are to be moved away: in work for as long as the cell is draining or lost, whoever restarts.</summary>
internal sealed class DrainRow
{
    public required CellId CellId { get; init; }

    /// <summary>Where to; absent, each where a new tenant like it would be placed in the cell's region.</summary>
    public CellId? To { get; set; }

    public required string RequestedBy { get; set; }
    public required DateTimeOffset BeganAt { get; set; }

    /// <summary>The code of what kept the last tenant from being sent off; absent while nothing does.</summary>
    public string? Blocked { get; set; }
}
