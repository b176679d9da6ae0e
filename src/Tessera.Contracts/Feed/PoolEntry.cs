using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;

namespace Tessera.Contracts.Feed;

/// <summary>A pool, the cell that holds it, and the keys that verify what it signs. Every other key is refused for its tenants.</summary>
/// <param name="Keys">As the cell reported them; none of a user pool of Amazon Cognito.</param>
/// <param name="Issuer">Of a user pool of Amazon Cognito: the issuer that publishes its keys, at <c>/.well-known/jwks.json</c> below it.</param>
public sealed record PoolEntry(PoolId PoolId, CellId Cell, IReadOnlyList<PublicJwk> Keys, string? Issuer = null);
