using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;

namespace Tessera.Cell.Passwords;

/// <summary>Replaces a hash that was brought along by one of ours, at the moment its password is known: a sign-in that has just succeeded.</summary>
internal sealed class HashRenewal(CellDb db, PasswordWorkers workers, RealmScope scope)
{
    /// <summary>
    /// Whether the sign-in stands. The write says which hash it replaces, so that a password set meanwhile is never
    /// overwritten; then, or when another sign-in was first, the password is checked against what is there now.
    /// </summary>
    public async Task<bool> RenewAsync(AccountRow account, string password, CancellationToken cancellation)
    {
        var checkedHash = account.PasswordHash;
        if (!PasswordHash.TryParse(checkedHash, out var hash, out _) || hash.IsOurs || !hash.Identifies(password))
        {
            return true;
        }

        string renewed;
        try
        {
            renewed = await workers.HashAsync(scope.Realm.Id, password);
        }
        catch (PasswordWorkersBusyException)
        {
            return true; // the next sign-in will do
        }

        await db.Accounts.Where(row => row.Sub == account.Sub && row.PasswordHash == checkedHash)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, renewed), cancellation);
        await db.Entry(account).ReloadAsync(cancellation);
        return account.Enabled
            && (account.PasswordHash == renewed || account.PasswordHash == checkedHash
                || await workers.VerifyAsync(scope.Realm.Id, password, account.PasswordHash));
    }
}
