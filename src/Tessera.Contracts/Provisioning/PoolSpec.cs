using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;

namespace Tessera.Contracts.Provisioning;

/// <summary>A pool a cell is to hold: <c>PUT /cell/pools/{pool_id}</c>. Doing it twice changes nothing.</summary>
internal sealed record PoolSpec(PoolId PoolId);

/// <summary>
/// The keys of a pool as its cell reports them. Travels as a compact JWS of type <see cref="MediaType"/> signed by the
/// cell's own key; answers making a pool and making a client (which may ask for a new kind of key).
/// </summary>
internal sealed record PoolKeys(CellId Cell, PoolId PoolId, IReadOnlyList<PublicJwk> Keys)
{
    public const string MediaType = "tessera-pool-keys+jwt";
}
