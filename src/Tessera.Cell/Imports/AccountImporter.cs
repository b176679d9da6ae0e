using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Control;
using Tessera.Cell.Policies;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Provisioning;
using Tessera.Postgres.Rows;

namespace Tessera.Cell.Imports;

/// <summary>
/// Makes the accounts of many realms: all in one transaction, or, when a realm is shut or somebody makes the same account
/// at this moment, realm by realm. What it has answered is committed.
/// </summary>
internal sealed class AccountImporter(CellStore store, HashingTurn hashing, CellPolicy policy, TimeProvider time)
{
    private static readonly Error Shut = new("conflict", StatusCodes.Status409Conflict, "The tenant is suspended or being moved; nothing of it can be changed meanwhile.", "tenant");

    public async Task<AccountsImported> ImportAsync(AccountImport import, CancellationToken cancellation)
    {
        var plans = new List<(RealmAccounts Realm, AccountPlan[] Accounts)>();
        foreach (var realm in import.Realms)
        {
            plans.Add((realm, await AccountPlan.ReadAsync(import.ImportKey, realm, hashing, policy.Effective, cancellation)));
        }

        try
        {
            return new AccountsImported(await TogetherAsync(plans, cancellation));
        }
        catch (Exception e) when (e is WriteFencedException || (e is DbUpdateException update && StoreFaults.IsUniqueViolation(update)))
        {
            return new AccountsImported(await RealmByRealmAsync(plans, cancellation));
        }
    }

    private async Task<List<ImportResult>> TogetherAsync(List<(RealmAccounts Realm, AccountPlan[] Accounts)> plans, CancellationToken cancellation)
    {
        await using var transaction = await RealmByRealm.BeginAsync(store, cancellation);
        var results = new List<ImportResult>();
        foreach (var (realm, accounts) in plans)
        {
            results.AddRange(await WriteAsync(transaction, realm, accounts, cancellation));
        }

        await transaction.CommitAsync(cancellation);
        return results;
    }

    private async Task<List<ImportResult>> RealmByRealmAsync(List<(RealmAccounts Realm, AccountPlan[] Accounts)> plans, CancellationToken cancellation)
    {
        var results = new List<ImportResult>();
        foreach (var plan in plans)
        {
            try
            {
                results.AddRange(await TogetherAsync([plan], cancellation));
            }
            catch (WriteFencedException)
            {
                results.AddRange(plan.Accounts.Select(_ => ImportResult.Refused(Shut)));
            }
            catch (DbUpdateException e) when (StoreFaults.IsUniqueViolation(e))
            {
                // Somebody was quicker a moment ago; what is there now is seen before it is written.
                results.AddRange(await TogetherAsync([plan], cancellation));
            }
        }

        return results;
    }

    private async Task<IEnumerable<ImportResult>> WriteAsync(RealmByRealm transaction, RealmAccounts asked, AccountPlan[] accounts, CancellationToken cancellation)
    {
        await using var db = await transaction.EnterAsync(RowsOf.InRealm(asked.RealmId, asked.Epoch), cancellation);
        var names = accounts.Select(account => account.NormalizedUsername).ToList();
        var subs = accounts.Select(account => account.Sub).ToList();
        var realm = await db.Realms.AsNoTracking().SingleOrDefaultAsync(cancellation);
        if (realm is null || realm.TenantId != asked.TenantId.Value)
        {
            return accounts.Select(_ => ImportResult.Refused(ServiceDoor.NoRealm));
        }

        // The store's fence says it again, under its lock.
        if (realm.Epoch != asked.Epoch || RealmState.Parse(realm.State) != RealmStanding.Active)
        {
            return accounts.Select(_ => ImportResult.Refused(Shut));
        }

        var known = await db.Accounts.Where(account => names.Contains(account.NormalizedUsername) || subs.Contains(account.Sub))
            .Select(account => new { account.Sub, account.NormalizedUsername }).ToListAsync(cancellation);
        var made = known.Select(account => account.Sub).ToHashSet();
        var taken = known.Select(account => account.NormalizedUsername).ToHashSet(StringComparer.Ordinal);
        var results = accounts.Select(account => account switch
        {
            { Refusal: { } refusal } => ImportResult.Refused(refusal),
            _ when made.Contains(account.Sub) => ImportResult.Present,
            _ when taken.Contains(account.NormalizedUsername) => ImportResult.Refused(AccountPlan.NameTaken),
            _ => ImportResult.Made,
        }).ToList();
        foreach (var (account, _) in accounts.Zip(results).Where(pair => pair.Second.Outcome == ImportOutcome.Made))
        {
            db.Accounts.Add(RowOf(account));
            db.Audit.Add(AuditOf(account, realm.TenantId));
        }

        await db.SaveChangesAsync(cancellation);
        return results;
    }

    private AccountRow RowOf(AccountPlan plan) => new()
    {
        Sub = plan.Sub,
        Username = plan.Account.Username,
        NormalizedUsername = plan.NormalizedUsername,
        Email = plan.Account.Email,
        Name = plan.Account.Name,
        PasswordHash = plan.Hash,
        Enabled = true,
        CreatedAt = time.GetUtcNow(),
    };

    private AuditRow AuditOf(AccountPlan plan, Guid? tenant) => new()
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()),
        TenantId = tenant,
        At = time.GetUtcNow(),
        Event = "account.imported",
        Subject = plan.Sub.ToString(),
    };
}
