using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Contracts.Feed;

/// <summary>A cell and the address at which the router and the control plane reach it.</summary>
/// <param name="Endpoint">Absolute origin, for instance <c>http://127.0.0.1:8421</c>; absent where the back end is not native, for nothing is forwarded there.</param>
public sealed record CellEntry(CellId CellId, string Region, string? Endpoint = null, Backend Backend = Backend.Native);
