using Tessera.Cell.Accounts;
using Tessera.Cell.Audit;
using Tessera.Cell.Passwords;
using Tessera.Cell.Realms;

namespace Tessera.Cell.SignIn;

/// <summary>Checks a user name and password against the realm in hand. Lengths first, so that nobody buys our work with a long string.</summary>
internal sealed class PasswordSignIn(AccountLookup accounts, PasswordWorkers workers, HashRenewal renewal, RealmScope scope, AuditTrail audit)
{
    public async Task<SignInResult> TryAsync(string username, string password, CancellationToken cancellation)
    {
        if (!AreOfPossibleLength(username, password))
        {
            return await RejectAsync("malformed", cancellation);
        }

        var account = await accounts.FindByUsernameAsync(username, cancellation);
        try
        {
            var matches = await workers.VerifyAsync(scope.Realm.Id, password, account?.PasswordHash);
            return account switch
            {
                { Enabled: true } when matches => await renewal.RenewAsync(account, password, cancellation)
                    ? new SignInResult.Succeeded(account)
                    : await RejectAsync("changed", cancellation),
                { Enabled: false } when matches => await RejectAsync("disabled", cancellation),
                _ => await RejectAsync("wrong", cancellation),
            };
        }
        catch (PasswordWorkersBusyException)
        {
            return new SignInResult.Busy();
        }
    }

    private static bool AreOfPossibleLength(string username, string password) =>
        username.Length is > 0 and <= Username.MaxLength && password.Length is > 0 and <= PasswordRules.MaxLength;

    private async Task<SignInResult> RejectAsync(string reason, CancellationToken cancellation)
    {
        audit.Record("sign_in.rejected", detail: reason);
        await audit.CommitAsync(cancellation);
        return new SignInResult.Rejected();
    }
}
