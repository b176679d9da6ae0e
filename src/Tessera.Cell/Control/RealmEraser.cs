using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Moves.Ledger;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Control;

/// <summary>Takes a realm and everything it owns out of the store, in one transaction.</summary>
internal sealed class RealmEraser(CellStore store)
{
    /// <summary>False, and nothing is taken, if a move has the realm in hand.</summary>
    public async Task<bool> EraseAsync(RealmId realm, CancellationToken cancellation)
    {
        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        var db = hold.Db;
        if (await db.Realms.SingleOrDefaultAsync(cancellation) is { } row && IsInHand(row))
        {
            return false;
        }

        await EraseRowsAsync(db, realm, cancellation);
        await db.MoveQueue.Where(row => row.Realm == realm.Value).ExecuteDeleteAsync(cancellation);
        await db.Moves.ExecuteDeleteAsync(cancellation);
        await db.Realms.ExecuteDeleteAsync(cancellation);
        await hold.CommitAsync(cancellation);
        return true;
    }

    private static bool IsInHand(RealmRow row) => row.MoveId is not null;

    /// <summary>Takes away all the realm owns but itself and the account of its moves; within the transaction in hand.</summary>
    public static async Task EraseRowsAsync(CellDb db, RealmId realm, CancellationToken cancellation)
    {
        await RowLedger.EndAsync(db, cancellation); // first, or each row that goes is noted
        await db.SpentAssertions.ExecuteDeleteAsync(cancellation);
        await db.LogoutQueue.Where(row => row.Realm == realm.Value).ExecuteDeleteAsync(cancellation);
        await db.LogoutNotices.ExecuteDeleteAsync(cancellation);
        await db.RevocationQueue.Where(row => row.Realm == realm.Value).ExecuteDeleteAsync(cancellation);
        await db.RevocationNotices.ExecuteDeleteAsync(cancellation);
        await db.Tokens.ExecuteDeleteAsync(cancellation);
        await db.Grants.ExecuteDeleteAsync(cancellation);
        await db.Clients.ExecuteDeleteAsync(cancellation);
        await db.Set<ScopeRow>().ExecuteDeleteAsync(cancellation);
        await db.Sessions.ExecuteDeleteAsync(cancellation);
        await db.Accounts.ExecuteDeleteAsync(cancellation);
        await db.FormerKeys.ExecuteDeleteAsync(cancellation);
        await db.Audit.ExecuteDeleteAsync(cancellation);
    }
}
