using System.Text.Json;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Cells;

/// <summary>Where a cell is reached and the key its words are believed by.</summary>
internal sealed record CellDoor(CellId CellId, Uri Endpoint, PublicJwk Key)
{
    /// <exception cref="InvalidOperationException">The cell has not joined.</exception>
    public static CellDoor Of(CellRow cell) => cell is { Endpoint: { } endpoint, PublicKey: { } key }
        ? new CellDoor(cell.CellId, new Uri(endpoint), JsonSerializer.Deserialize(key, WireJson.Default.PublicJwk)!)
        : throw new InvalidOperationException($"Cell {cell.CellId} has not joined.");
}
