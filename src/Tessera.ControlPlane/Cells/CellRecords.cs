using Tessera.Contracts.Ids;

namespace Tessera.ControlPlane.Cells;

internal sealed record CellRequest(string? CellId = null, string? Region = null);

/// <param name="JoinToken">Told this once; good for one join within a day.</param>
internal sealed record CellInvited(CellId CellId, string Region, string JoinToken);

/// <param name="Capacity">How many tenants the cell may house; those it has beyond that stay.</param>
internal sealed record CellChangeRequest(int? Capacity = null);

internal sealed record CellList(IReadOnlyList<CellView> Cells);

/// <param name="State"><c>invited</c> until the cell has joined, then <c>open</c>.</param>
internal sealed record CellView(CellId CellId, string Region, string? Endpoint, string State, int Tenants, int Capacity);
