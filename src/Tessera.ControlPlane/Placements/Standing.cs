using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Placements;

/// <summary>A cell as it stands while tenants are being placed: its row, and what this change has taken of it so far.</summary>
/// <param name="pools">How many pools it has, where they are limited.</param>
/// <param name="hasSharedRealm">Whether a shared tenant finds its realm there.</param>
internal sealed class Standing(CellRow cell, int pools = 0, bool hasSharedRealm = false)
{
    public CellRow Cell => cell;

    public int Houses { get; private set; } = cell.Tenants;

    public int Pools { get; private set; } = pools;

    public bool HasSharedRealm => hasSharedRealm;

    public bool HasRoom => Houses < cell.Capacity;

    /// <summary>How full it is; 1 is full.</summary>
    public double Fullness => cell.Capacity == 0 ? 1 : (double)Houses / cell.Capacity;

    /// <summary>Takes a tenant in.</summary>
    public void House(PlacementWish wish)
    {
        Houses++;
        Pools += wish.NeedsPool ? 1 : 0;
    }

    /// <summary>Whether a tenant that asks for nothing special may live in either of the two as well.</summary>
    public bool IsOfKind(Standing other) =>
        cell.Region == other.Cell.Region && cell.Residency == other.Cell.Residency && cell.Tier == other.Cell.Tier
        && cell.Canary == other.Cell.Canary && cell.Backend == other.Cell.Backend;

    public bool Is(CellState state) => cell.State == state;
}
