using System.Text.Json.Serialization.Metadata;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.Cells;
using static Tessera.Contracts.Moves.MovePaths;

namespace Tessera.ControlPlane.Moves;

/// <summary>A page of rows as the source sealed it, which nobody here can read.</summary>
/// <param name="Next">Where the next one begins; null on the last.</param>
internal sealed record SealedRows(byte[] Page, string? Next);

/// <summary>
/// What the mover asks of the two cells, each request with a service token for this move, this tenant and itself alone. Every
/// call may be repeated; a cell that has gone on refuses. What they answer is signed, but for the rows.
/// </summary>
internal sealed class CellMoves(CellClient cells)
{
    private static readonly TimeSpan WhilePaused = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ForMuch = TimeSpan.FromMinutes(1);

    public Task<Outcome<ArrivalReady>> PrepareArrivalAsync(CellDoor target, MoveRow move, ArrivalSpec arrival, CancellationToken cancellation) => AnswerAsync(
        target, Call(HttpMethod.Put, Arrival, move).With(arrival, WireJson.Default.ArrivalSpec), WireJson.Default.ArrivalReady,
        ready => IsAnswerOf(ready.Move, ready.Cell, move, target), cancellation);

    public Task<Outcome<MoveStanding>> PrepareDepartureAsync(CellDoor source, MoveRow move, DepartureSpec departure, CancellationToken cancellation) =>
        StandingAsync(source, move, Call(HttpMethod.Put, Departure, move).With(departure, WireJson.Default.DepartureSpec), cancellation, "copying", "fenced");

    public async Task<Outcome<SealedRows>> ReadRowsAsync(CellDoor source, MoveRow move, RowsRequest request, CancellationToken cancellation)
    {
        var call = Call(HttpMethod.Post, DepartureRows, move).With(request, WireJson.Default.RowsRequest);
        return await cells.AskAsync(source, call with { AnswerHeader = RowsRequest.NextHeader, Patience = ForMuch }, cancellation) switch
        {
            Outcome<CellAnswer>.Done(var answer) => new SealedRows(answer.Body, answer.Header),
            Outcome<CellAnswer>.Refused(var error) => error,
            _ => CellErrors.CellRefused(),
        };
    }

    public Task<Outcome<byte[]>> WriteRowsAsync(CellDoor target, MoveRow move, byte[] page, CancellationToken cancellation) =>
        cells.SendAsync(target, Call(HttpMethod.Post, ArrivalRows, move).With(page, RowsRequest.SealedPage) with { Patience = ForMuch }, cancellation);

    public Task<Outcome<MoveDigest>> SourceDigestAsync(CellDoor source, MoveRow move, CancellationToken cancellation) =>
        DigestAsync(source, move, Call(HttpMethod.Post, DepartureDigest, move) with { Patience = ForMuch }, cancellation);

    public Task<Outcome<MoveDigest>> TargetDigestAsync(CellDoor target, MoveRow move, CancellationToken cancellation) =>
        DigestAsync(target, move, Call(HttpMethod.Post, ArrivalDigest, move) with { Patience = ForMuch }, cancellation);

    public Task<Outcome<MoveDigest>> FenceAsync(CellDoor source, MoveRow move, FenceSpec fence, CancellationToken cancellation) =>
        DigestAsync(source, move, Call(HttpMethod.Post, Fence, move).With(fence, WireJson.Default.FenceSpec) with { Patience = WhilePaused }, cancellation);

    public Task<Outcome<MoveStanding>> ActivateAsync(CellDoor target, MoveRow move, ActivateSpec activation, CancellationToken cancellation) => StandingAsync(
        target, move, Call(HttpMethod.Post, Activate, move).With(activation, WireJson.Default.ActivateSpec) with { Patience = WhilePaused }, cancellation, "active");

    public Task<Outcome<MoveStanding>> RepoolAsync(CellDoor cell, MoveRow move, RepoolSpec repool, CancellationToken cancellation) =>
        StandingAsync(cell, move, Call(HttpMethod.Post, Repool, move).With(repool, WireJson.Default.RepoolSpec), cancellation, "active");

    /// <summary>Tells the source where the realm has gone.</summary>
    public Task<Outcome<MoveStanding>> RedirectAsync(CellDoor source, MoveRow move, MovedSpec moved, CancellationToken cancellation) =>
        StandingAsync(source, move, Call(HttpMethod.Post, Moved, move).With(moved, WireJson.Default.MovedSpec), cancellation, "moved", "purged");

    public Task<Outcome<MoveStanding>> PurgeAsync(CellDoor source, MoveRow move, CancellationToken cancellation) =>
        StandingAsync(source, move, Call(HttpMethod.Post, Purge, move) with { Patience = ForMuch }, cancellation, "purged");

    /// <summary>Opens the source again, where it was shut.</summary>
    public Task<Outcome<MoveStanding>> UnfenceAsync(CellDoor source, MoveRow move, CancellationToken cancellation) =>
        StandingAsync(source, move, Call(HttpMethod.Post, Unfence, move), cancellation, "rolled_back");

    /// <summary>Makes the target forget what came.</summary>
    public Task<Outcome<MoveStanding>> ForgetArrivalAsync(CellDoor target, MoveRow move, CancellationToken cancellation) =>
        StandingAsync(target, move, Call(HttpMethod.Delete, Arrival, move) with { Patience = ForMuch }, cancellation, "rolled_back");

    /// <summary>An answer about another move, or another cell's, is none, well signed or not.</summary>
    private static bool IsAnswerOf(MoveId move, CellId cell, MoveRow asked, CellDoor door) => move == asked.MoveId && cell == door.CellId;

    /// <summary>A cell that did something else than it was asked for has not done it.</summary>
    private static bool SaysItIsDone(MoveStanding standing, string[] done) => done.Contains(standing.State);

    private static CellCall Call(HttpMethod method, Func<RealmId, MoveId, string> path, MoveRow move) =>
        new(method, path(move.RealmId, move.MoveId), ServicePurpose.Move, move.TenantId);

    private Task<Outcome<MoveDigest>> DigestAsync(CellDoor cell, MoveRow move, CellCall call, CancellationToken cancellation) => AnswerAsync(
        cell, call, WireJson.Default.MoveDigest, digest => IsAnswerOf(digest.Move, digest.Cell, move, cell) && IsWhole(digest), cancellation);

    private Task<Outcome<MoveStanding>> StandingAsync(CellDoor cell, MoveRow move, CellCall call, CancellationToken cancellation, params string[] done) => AnswerAsync(
        cell, call, WireJson.Default.MoveStanding, standing => IsAnswerOf(standing.Move, standing.Cell, move, cell) && SaysItIsDone(standing, done), cancellation);

    private static bool IsWhole(MoveDigest digest) =>
        digest.Tables is { Count: > 0 and <= 200 } && digest.Tables.All(table => table is { Hashes.Count: MoveDigest.Buckets, Rows: >= 0 });

    private async Task<Outcome<T>> AnswerAsync<T>(CellDoor cell, CellCall call, JsonTypeInfo<T> type, Func<T, bool> isOurs, CancellationToken cancellation)
        where T : class => await cells.SendAsync(cell, call, cancellation) switch
    {
        Outcome<byte[]>.Done(var body) when SignedAnswer.Read(cell, body, MoveAnswer.MediaType, type) is { } answer && isOurs(answer) => answer,
        Outcome<byte[]>.Refused(var error) => error,
        _ => CellErrors.CellNotTrusted(),
    };
}
