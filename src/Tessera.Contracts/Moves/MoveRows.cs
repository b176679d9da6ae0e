using Tessera.Contracts.Ids;

namespace Tessera.Contracts.Moves;

/// <summary>
/// Asks the source for rows: <c>POST …/departure/rows</c>. The answer is a page sealed for the target (opaque bytes, and
/// <see cref="NextHeader"/> where there are more), which the mover hands on to <c>POST …/arrival/rows</c> unread.
/// </summary>
/// <param name="Table">As <see cref="MoveDigest"/> names it.</param>
/// <param name="Buckets">Only the rows whose key falls into these; the page then replaces all that the target has there. Absent for all.</param>
/// <param name="After">Where the last page ended.</param>
/// <param name="Since">Only the rows that have changed or gone since this <see cref="MoveDigest.Mark"/>, as far as the last digest knew; without buckets.</param>
internal sealed record RowsRequest(string Table, IReadOnlyList<int>? Buckets = null, string? After = null, long? Since = null)
{
    /// <summary>The answer's header that tells <see cref="After"/> of the next page; absent on the last.</summary>
    public const string NextHeader = "Tessera-Move-Next";

    /// <summary>The media type of a sealed page.</summary>
    public const string SealedPage = "application/vnd.tessera.sealed-rows";
}

/// <summary>
/// What a realm's rows are at one cell: of every table that travels, for each of <see cref="Buckets"/> parts by the hash of the
/// key, the sum of its rows' SHA-256. Equal digests are equal rows, secrets included: they are compared as they are unsealed.
/// <c>POST …/departure/digest</c> and <c>POST …/arrival/digest</c>, without a body.
/// </summary>
/// <param name="Tables">In the order in which their rows have to be written.</param>
/// <param name="Mark">How many changes of rows this cell had seen by then; what is asked for since it, are those seen later.</param>
internal sealed record MoveDigest(MoveId Move, CellId Cell, IReadOnlyList<TableDigest> Tables, long Mark = 0)
{
    public const int Buckets = 64;
}

/// <param name="Rows">How many there are.</param>
/// <param name="Hashes">Base64url of 32 bytes, one a bucket.</param>
internal sealed record TableDigest(string Table, long Rows, IReadOnlyList<string> Hashes);

/// <summary>
/// Shuts the realm at its source: <c>POST …/departure/fence</c>. New requests wait, those in flight end, and from the answer
/// on no write of the realm is ever committed there while it stays so. The answer is the <see cref="MoveDigest"/> of what stands.
/// </summary>
/// <param name="Patience">Seconds that requests in flight are waited for before the fence cuts their writes off; 2 unless said.</param>
internal sealed record FenceSpec(int Patience = 2);

/// <summary>
/// Makes the realm the target's: <c>POST …/arrival/activate</c>. Refused with 409 <c>move_digest_differs</c> unless the rows here
/// are these. Doing it twice changes nothing.
/// </summary>
/// <param name="Source">What the source had when it was fenced.</param>
/// <param name="FormerKeysUntil">Seconds since 1970 up to which the former pool's tokens are good here.</param>
internal sealed record ActivateSpec(MoveDigest Source, long FormerKeysUntil);

/// <summary>
/// Tells the source that the realm lives elsewhere: <c>POST …/departure/moved</c>. Waiting requests, and all later ones until
/// the marker is forgotten, are answered 421 with <see cref="CellHeader"/> and <see cref="EpochHeader"/>.
/// </summary>
/// <param name="Until">Seconds since 1970: how long the marker stays, which is past the life of any token issued here.</param>
internal sealed record MovedSpec(CellId To, long Epoch, long Until)
{
    /// <summary>Names the cell a realm has gone to. A hint: the router follows it once, and that cell says itself whether it has the realm.</summary>
    public const string CellHeader = "Tessera-Moved-To";

    public const string EpochHeader = "Tessera-Moved-Epoch";
}

/// <summary>What is left of a move at a cell: <c>GET …/moves/{move}</c>.</summary>
/// <param name="Role"><c>source</c> or <c>target</c>, and <c>both</c> within one cell.</param>
/// <param name="State">
/// At the source <c>copying</c>, <c>fenced</c>, <c>moved</c> or <c>purged</c>; at the target <c>arriving</c> or <c>active</c>; within one
/// cell <c>active</c>; anywhere <c>rolled_back</c>.
/// </param>
/// <param name="Epoch">The realm's epoch at this cell once the move is through, or 0 of a move that never began here.</param>
internal sealed record MoveStanding(MoveId Move, CellId Cell, string Role, string State, long Epoch);

/// <summary>
/// Puts a realm into another pool of its own cell: <c>POST …/moves/{move}/repool</c>, in one transaction under the fence. Doing it
/// twice changes nothing; an epoch that is not the one before <see cref="Epoch"/> is refused.
/// </summary>
/// <param name="Epoch">The realm's epoch afterwards.</param>
/// <param name="FormerKeysUntil">Seconds since 1970 up to which the former pool's tokens are good.</param>
internal sealed record RepoolSpec(PoolId Pool, long Epoch, long FormerKeysUntil);
