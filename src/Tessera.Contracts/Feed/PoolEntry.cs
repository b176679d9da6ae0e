using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;

namespace Tessera.Contracts.Feed;

/// <summary>A pool, the cell that holds it, and the keys that verify what it signs. Every other key is refused for its tenants.</summary>
public sealed record PoolEntry(PoolId PoolId, CellId Cell, IReadOnlyList<PublicJwk> Keys);
