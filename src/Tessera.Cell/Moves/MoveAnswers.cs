using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tessera.Cell.Joining;
using Tessera.Cell.Keys;
using Tessera.Cell.Moves.Ledger;
using Tessera.Cell.Moves.Rows;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Moves;

/// <summary>What this cell says of a move, under its own key.</summary>
internal sealed class MoveAnswers(CellKeys keys, CellMembership membership, RowLedger ledger)
{
    public CellId Cell => membership.CellId;

    public MoveResult Ready(MoveId move, byte[] point) =>
        Sign(new ArrivalReady(move, Cell, System.Buffers.Text.Base64Url.EncodeToString(point)), WireJson.Default.ArrivalReady);

    public MoveResult Standing(MoveRow row) =>
        Sign(new MoveStanding(new MoveId(row.MoveId), Cell, row.Role, row.State, row.Epoch), WireJson.Default.MoveStanding);

    public async Task<MoveResult> DigestAsync(Travel travel, CancellationToken cancellation) =>
        Sign(await ledger.DigestAsync(travel, Cell, cancellation), WireJson.Default.MoveDigest);

    private MoveResult.Told Sign<T>(T answer, JsonTypeInfo<T> type) =>
        new(CompactJws.Sign(keys.Identity, MoveAnswer.MediaType, JsonSerializer.SerializeToUtf8Bytes(answer, type)));
}
