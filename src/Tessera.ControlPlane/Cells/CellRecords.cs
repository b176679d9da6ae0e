using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.ControlPlane.Cells;

/// <param name="Backend"><c>native</c> unless said, or <c>cognito</c>.</param>
internal sealed record CellRequest(string? CellId = null, string? Region = null, string? Backend = null);

/// <param name="JoinToken">Told this once; good for one join within a day. None of a cell in Amazon Cognito, which does not join.</param>
internal sealed record CellInvited(CellId CellId, string Region, Backend Backend, string? JoinToken);

/// <param name="Capacity">How many tenants the cell may house; those it has beyond that stay.</param>
internal sealed record CellChangeRequest(int? Capacity = null);

internal sealed record CellList(IReadOnlyList<CellView> Cells);

/// <param name="State"><c>invited</c> until the cell has joined, then <c>open</c>. One in Amazon Cognito is open from the first.</param>
internal sealed record CellView(CellId CellId, string Region, Backend Backend, string? Endpoint, string State, int Tenants, int Capacity);
