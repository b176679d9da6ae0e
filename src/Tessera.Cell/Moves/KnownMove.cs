using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Moves;

/// <summary>The cell's own row of a move, for whom it may concern.</summary>
internal static class KnownMove
{
    /// <summary>The row of a move that goes on here in this role, or why there is none for this tenant.</summary>
    public static async Task<(MoveRow? Row, Error? Refusal)> FindAsync(CellDb db, MoveId move, TenantId tenant, string role, CancellationToken cancellation)
    {
        var row = await AnyAsync(db, move, cancellation);
        return row is null ? (null, MoveRefusal.NotFound) : RefusalOf(row, tenant, role) is { } refusal ? (null, refusal) : (row, null);
    }

    public static Task<MoveRow?> AnyAsync(CellDb db, MoveId move, CancellationToken cancellation) =>
        db.Moves.SingleOrDefaultAsync(row => row.MoveId == move.Value, cancellation);

    public static Error? RefusalOf(MoveRow row, TenantId tenant, string role) =>
        MoveRules.OfTenant(row, tenant) ?? MoveRules.OfRole(row, role) ?? MoveRules.NotOver(row);
}
