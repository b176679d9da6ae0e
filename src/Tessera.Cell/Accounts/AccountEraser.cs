using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Store;

namespace Tessera.Cell.Accounts;

/// <summary>Takes an account and all that is its own out of the realm in hand: sessions, grants, tickets, and with it its memberships.</summary>
internal static class AccountEraser
{
    /// <summary>Within a transaction of the caller's; false when there is no such account.</summary>
    public static async Task<bool> EraseAsync(CellDb db, Guid sub, CancellationToken cancellation)
    {
        var subject = sub.ToString();
        // The account first: a session that is being begun at this moment has committed by then, and goes too, or never will.
        if (await db.Accounts.Where(account => account.Sub == sub).ExecuteDeleteAsync(cancellation) == 0)
        {
            return false;
        }

        await db.Sessions.Where(session => session.Sub == sub).ExecuteDeleteAsync(cancellation);
        await db.Tokens.Where(token => token.Subject == subject).ExecuteDeleteAsync(cancellation);
        await db.Grants.Where(grant => grant.Subject == subject).ExecuteDeleteAsync(cancellation);
        return true;
    }
}
