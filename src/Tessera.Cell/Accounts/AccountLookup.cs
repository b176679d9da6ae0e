using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Store;
using Tessera.Cell.Tokens.Store;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Accounts;

/// <summary>Finds accounts of the realm in hand.</summary>
internal sealed class AccountLookup(RequestDb request, TicketWork work)
{
    private CellDb Db => request.Value;

    /// <summary>The account with this subject, if there is one and it may sign in.</summary>
    public async Task<AccountRow?> FindEnabledAsync(string? subject, CancellationToken cancellation) =>
        !Guid.TryParse(subject, out var sub) ? null
            : work.KnownAccount(sub) is { } known ? known.Enabled ? known : null
            : await Db.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.Sub == sub && account.Enabled, cancellation);

    /// <summary>The account, if besides the grant its token came of still stands: signing out or revoking ends it.</summary>
    public async Task<AccountRow?> FindGrantedAsync(string? subject, string? grantId, CancellationToken cancellation) =>
        Guid.TryParse(subject, out var sub) && Guid.TryParse(grantId, out var id)
            ? await Db.Accounts.AsNoTracking().SingleOrDefaultAsync(
                account => account.Sub == sub && account.Enabled && Db.Grants.Any(grant => grant.Id == id && grant.Status == Statuses.Valid), cancellation)
            : null;

    /// <summary>What no account may be named is not looked up.</summary>
    public async Task<AccountRow?> FindByUsernameAsync(string username, CancellationToken cancellation)
    {
        if (!Username.IsValid(username))
        {
            return null;
        }

        var normalized = Username.Normalize(username);
        return await Db.Accounts.SingleOrDefaultAsync(account => account.NormalizedUsername == normalized, cancellation);
    }
}
