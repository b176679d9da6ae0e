using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Tessera.Cell.Housekeeping;
using Tessera.Cell.Store;

namespace Tessera.Cell.Revocations;

/// <summary>Wakes the sender once a transaction with notices in it has committed; before that it would find none.</summary>
internal sealed class RingOnCommit(Bell bell) : DbTransactionInterceptor
{
    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is CellDb { HasNotices: true })
        {
            bell.Ring();
        }

        return Task.CompletedTask;
    }
}
