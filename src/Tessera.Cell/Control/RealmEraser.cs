using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Control;

/// <summary>Takes a realm and everything it owns out of the store, in one transaction.</summary>
internal sealed class RealmEraser(CellStore store)
{
    public async Task EraseAsync(RealmId realm, CancellationToken cancellation)
    {
        await using var db = store.Open(RowsOf.Founding(realm));
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
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
        await db.Audit.ExecuteDeleteAsync(cancellation);
        await db.Realms.ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
