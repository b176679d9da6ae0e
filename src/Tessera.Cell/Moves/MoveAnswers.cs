using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tessera.Cell.Joining;
using Tessera.Cell.Keys;
using Tessera.Cell.Moves.Rows;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Moves;

/// <summary>What this cell says of a move, under its own key.</summary>
internal sealed class MoveAnswers(CellKeys keys, CellMembership membership, TravellingTables tables)
{
    public CellId Cell => membership.CellId;

    public MoveResult Ready(MoveId move, byte[] point) =>
        Sign(new ArrivalReady(move, Cell, System.Buffers.Text.Base64Url.EncodeToString(point)), WireJson.Default.ArrivalReady);

    public MoveResult Standing(MoveRow row) =>
        Sign(new MoveStanding(new MoveId(row.MoveId), Cell, row.Role, row.State, row.Epoch), WireJson.Default.MoveStanding);

    public async Task<MoveResult> DigestAsync(Travel travel, CancellationToken cancellation)
    {
        var digest = new MoveDigest(new MoveId(travel.Move.MoveId), Cell, await RowDigest.OfAsync(tables, travel, cancellation));
        return Sign(digest, WireJson.Default.MoveDigest);
    }

    private MoveResult.Told Sign<T>(T answer, JsonTypeInfo<T> type) =>
        new(CompactJws.Sign(keys.Identity, MoveAnswer.MediaType, JsonSerializer.SerializeToUtf8Bytes(answer, type)));
}
