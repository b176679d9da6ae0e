using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Revocations;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Moves;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Revocations;

/// <summary>
/// Hears from cells which tokens are no longer good. A cell is believed about the tenants that live in it and about no
/// other, so that one that is broken into ends nobody's sessions elsewhere.
/// </summary>
internal sealed partial class CellNotices(DirectoryStore store, CellStatements statements, TimeProvider time, ILogger<CellNotices> log)
{
    /// <summary>The most revocations of one cell's tenants at a time: every consumer of the feed holds them in memory.</summary>
    public const int MostOfCell = 100_000;

    private const int LongestSubject = 128;

    /// <summary>How many of the revocations were new. What is none of the cell's business is left out, and logged.</summary>
    public async Task<Outcome<int>> HearAsync(string cell, CellTelling telling, CancellationToken cancellation)
    {
        if (await statements.OpenAsync(cell, telling.Statement, cancellation) is not { } statement)
        {
            return RevocationErrors.CellStatementRefused();
        }

        var cellId = statement.Cell;

        // A change is a revision, so one that would change nothing is not made.
        var due = await store.ReadAsync(DirectoryScope.All, db => DueAsync(db, cellId, statement, cancellation), cancellation);
        if (due.Count == 0)
        {
            return 0;
        }

        var entry = new AuditEntry($"cell:{cellId}", "cell.revocations", cellId.Value) { Details = new Dictionary<string, string> { ["revocations"] = $"{due.Count}" } };
        return await store.ChangeAsync<int>(DirectoryScope.All, entry, async change =>
        {
            if (!await HasRoomAsync(change.Db, cellId, due.Count, cancellation))
            {
                Full(log, cellId);
                return RevocationErrors.RevocationsFull();
            }

            // Once more: a tenant may have left the cell meanwhile.
            await change.RevokeAsync(await DueAsync(change.Db, cellId, statement, cancellation), cancellation);
            return due.Count;
        }, cancellation);
    }

    private async Task<List<RevocationNotice>> DueAsync(DirectoryDb db, CellId cell, CellStatement statement, CancellationToken cancellation)
    {
        var tenants = statement.Revocations.Select(notice => notice.TenantId).Distinct().ToList();
        var homes = await db.Tenants.Where(row => tenants.Contains(row.TenantId))
            .Select(row => new Home(
                row.TenantId,
                row.CellId,
                db.SharedRealms.Where(realm => realm.RealmId == row.SharedRealmId).Select(realm => (CellId?)realm.CellId).SingleOrDefault(),
                db.Moves.Where(move => move.TenantId == row.TenantId && move.State == MoveState.Cutover).Select(move => (CellId?)move.ToCell).SingleOrDefault()))
            .ToDictionaryAsync(home => home.Tenant, cancellation);
        var own = statement.Revocations.Where(notice => homes.TryGetValue(notice.TenantId, out var home) && LivesIn(cell, home)).Where(IsWellFormed).ToList();
        if (own.Count < statement.Revocations.Count)
        {
            NotItsOwn(log, cell, statement.Revocations.Count - own.Count);
        }

        return await Revoking.NewAmongAsync(db, own, time.GetUtcNow(), cancellation);
    }

    // A promoted tenant's old clients go on in the shared realm's cell until the operator ends that. Once a move is decided the
    // tenant may work at the target a moment before the directory says that it lives there.
    private static bool LivesIn(CellId cell, Home home) => home.Cell == cell || home.SharedRealmCell == cell || home.NextCell == cell;

    private static bool IsWellFormed(RevocationNotice notice) =>
        notice.Subject.Length is > 0 and <= LongestSubject && IsNoneOrId(notice.Session) && IsNoneOrId(notice.Grant) && (notice.Session is null || notice.Grant is null);

    private static bool IsNoneOrId(string? text) => text is null || Guid.TryParseExact(text, "D", out _);

    private static async Task<bool> HasRoomAsync(DirectoryDb db, CellId cell, int more, CancellationToken cancellation) =>
        await db.Revocations.CountAsync(row => db.Tenants.Any(tenant => tenant.TenantId == row.TenantId && tenant.CellId == cell), cancellation) + more <= MostOfCell;

    [LoggerMessage(EventId = 320, Level = LogLevel.Warning, Message = "Cell {Cell} told of {Count} revocations that are none of its business, or that cannot be read.")]
    private static partial void NotItsOwn(ILogger log, CellId cell, int count);

    [LoggerMessage(EventId = 321, Level = LogLevel.Error, Message = "Cell {Cell} tells of more revocations than the directory will hold. Its sessions that end now are refused at APIs later, or when their tokens expire.")]
    private static partial void Full(ILogger log, CellId cell);

    private sealed record Home(TenantId Tenant, CellId Cell, CellId? SharedRealmCell, CellId? NextCell);
}
