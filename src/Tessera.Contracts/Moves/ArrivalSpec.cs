using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;

namespace Tessera.Contracts.Moves;

/// <summary>
/// A realm that is to come to this cell: <c>PUT /cell/realms/{realm}/moves/{move}/arrival</c>. Until it is activated nobody
/// reaches it and nothing but this move writes to it. Doing it twice changes nothing.
/// </summary>
/// <param name="Realm">As it will be once it is here: the pool it will be in, the epoch after the present one, and the state it has now (a suspended tenant moves suspended).</param>
/// <param name="FormerKeys">The public keys of the pool it comes from: its tokens stay good here until they expire. Empty where that pool is no longer trusted.</param>
internal sealed record ArrivalSpec(RealmSpec Realm, IReadOnlyList<PublicJwk> FormerKeys);

/// <summary>The target is ready. Travels, as every answer about a move, as a compact JWS of type <see cref="MoveAnswer.MediaType"/> signed by the cell.</summary>
/// <param name="SealingKey">Base64url of an uncompressed P-256 point, made for this move alone: what the source seals rows for.</param>
internal sealed record ArrivalReady(MoveId Move, CellId Cell, string SealingKey);

/// <summary>A realm that is to leave: <c>PUT …/moves/{move}/departure</c> at its present cell. It goes on serving. Doing it twice changes nothing.</summary>
/// <param name="To">The cell it goes to.</param>
/// <param name="SealingKey">As the target told it.</param>
/// <param name="Epoch">The realm's present epoch; at any other the cell refuses.</param>
internal sealed record DepartureSpec(CellId To, string SealingKey, long Epoch);

/// <summary>What the answers about moves have in common.</summary>
internal static class MoveAnswer
{
    public const string MediaType = "tessera-move+jwt";

    /// <summary>The code of the refusal to activate a realm whose rows are not those of its source.</summary>
    public const string DigestDiffers = "move_digest_differs";
}
