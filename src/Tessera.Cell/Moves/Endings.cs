using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Moves;

/// <summary>How long the account of a move outlives it, so that a step that comes late is known for what it is.</summary>
internal static class Endings
{
    /// <summary>Longer than any mover sleeps.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    /// <summary>Says when the move's row, and a marker of it, are to be swept.</summary>
    public static async Task SweepAtAsync(CellDb db, RealmId realm, MoveId move, DateTimeOffset due, CancellationToken cancellation)
    {
        var row = await db.MoveQueue.SingleOrDefaultAsync(found => found.NoticeId == move.Value, cancellation);
        if (row is null)
        {
            db.MoveQueue.Add(row = new MoveQueueRow { NoticeId = move.Value, Realm = realm.Value });
        }

        row.DueAt = due;
    }

    /// <summary>An attempt that never began here, ended: should it be begun late, it is refused.</summary>
    public static MoveRow NeverBegun(MoveId move, TenantId tenant, string role) =>
        new() { MoveId = move.Value, TenantId = tenant.Value, Role = role, State = MoveStates.RolledBack };

    /// <summary>A move that nothing is left of.</summary>
    public static MoveRow Swept(MoveId move) => new() { MoveId = move.Value, Role = MoveStates.Source, State = MoveStates.Purged };
}
