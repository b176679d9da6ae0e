using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Audit;
using Tessera.Cell.Authorize;
using Tessera.Cell.Passwords;
using Tessera.Cell.Policies;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;

namespace Tessera.Cell.Accounts;

/// <summary>Makes, lists and changes the accounts of the realm in hand. What it has acknowledged is committed.</summary>
internal sealed class AccountBook(CellDb db, PasswordWorkers workers, RealmScope scope, AuditTrail audit, GrantBook grants, CellPolicy policy, TimeProvider time)
{
    public async Task<AccountResult> CreateAsync(AccountSpec spec, CancellationToken cancellation)
    {
        var given = spec.PasswordHash is null ? spec.Password ?? "" : spec.Password;
        if ((AccountRules.Fault(spec.Username, spec.Email, spec.Name) ?? GivenPassword.Fault(given, spec.PasswordHash, policy.Effective)) is { } fault)
        {
            return new AccountResult.Refused(fault);
        }

        string hash;
        try
        {
            hash = spec.PasswordHash ?? await workers.HashAsync(scope.Realm.Id, given!);
        }
        catch (PasswordWorkersBusyException)
        {
            return new AccountResult.Refused(AccountRules.Busy);
        }

        var account = new AccountRow
        {
            Sub = Guid.NewGuid(), // random, so that it tells nothing of when or in which order people came
            Username = spec.Username,
            NormalizedUsername = Username.Normalize(spec.Username),
            Email = spec.Email,
            Name = spec.Name,
            PasswordHash = hash,
            Enabled = true,
            CreatedAt = time.GetUtcNow(),
        };
        db.Accounts.Add(account);
        audit.Record("account.created", subject: account.Sub.ToString());
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (StoreFaults.IsUniqueViolation(e))
        {
            return new AccountResult.Refused(new Error("username_taken", StatusCodes.Status409Conflict, "The tenant has a user of this name. Choose another.", "username"));
        }

        return new AccountResult.Done(Record(account));
    }

    public async Task<AccountPage> ListAsync(Guid? after, int limit, CancellationToken cancellation)
    {
        var from = after ?? Guid.Empty;
        var rows = await db.Accounts.AsNoTracking().Where(account => account.Sub > from).OrderBy(account => account.Sub).Take(limit + 1).ToListAsync(cancellation);
        return new AccountPage([.. rows.Take(limit).Select(Record)], rows.Count > limit ? rows[limit - 1].Sub : null);
    }

    public async Task<AccountRecord?> FindAsync(Guid sub, CancellationToken cancellation) =>
        await db.Accounts.AsNoTracking().SingleOrDefaultAsync(account => account.Sub == sub, cancellation) is { } row ? Record(row) : null;

    /// <summary>A new password, and being disabled, end every session and grant of the account.</summary>
    public async Task<AccountResult> ChangeAsync(Guid sub, AccountChange change, CancellationToken cancellation)
    {
        if (change.Password is not null && PasswordRules.Fault(change.Password, "password", policy.Effective) is { } fault)
        {
            return new AccountResult.Refused(fault);
        }

        string? hash;
        try
        {
            hash = change.Password is null ? null : await workers.HashAsync(scope.Realm.Id, change.Password);
        }
        catch (PasswordWorkersBusyException)
        {
            return new AccountResult.Refused(AccountRules.Busy);
        }

        // Read after the hashing, so that two changes at once hardly meet.
        if (await db.Accounts.SingleOrDefaultAsync(account => account.Sub == sub, cancellation) is not { } account)
        {
            return new AccountResult.Missing();
        }

        account.PasswordHash = hash ?? account.PasswordHash;
        account.Enabled = change.Enabled ?? account.Enabled;
        audit.Record("account.changed", subject: sub.ToString());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.SaveChangesAsync(cancellation);
        DateTimeOffset? revoked = null;
        if (change.Password is not null || !account.Enabled)
        {
            await db.Sessions.Where(session => session.Sub == sub).ExecuteDeleteAsync(cancellation);
            await grants.EndAccountAsync(sub, cancellation);
            revoked = time.GetUtcNow();
        }

        await transaction.CommitAsync(cancellation);
        return new AccountResult.Done(Record(account) with { RevokedAt = revoked, Tenants = await TenantsOfAsync(sub, cancellation) });
    }

    /// <summary>Takes the account away with everything of its own.</summary>
    public async Task<AccountGone?> DeleteAsync(Guid sub, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var tenants = await TenantsOfAsync(sub, cancellation);
        if (!await grants.EraseAccountAsync(sub, cancellation))
        {
            return null;
        }

        audit.Record("account.deleted", subject: sub.ToString());
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new AccountGone(sub, time.GetUtcNow(), tenants);
    }

    // Whose tokens a change of a shared account concerns.
    private async Task<IReadOnlyList<TenantId>?> TenantsOfAsync(Guid sub, CancellationToken cancellation)
    {
        if (!scope.Realm.IsShared)
        {
            return null;
        }

        db.EnterAccount(sub);
        var tenants = await db.Memberships.Where(membership => membership.Sub == sub).Select(membership => membership.TenantId).ToListAsync(cancellation);
        return tenants.ConvertAll(tenant => new TenantId(tenant));
    }

    private static AccountRecord Record(AccountRow row) => new(row.Sub, row.Username, row.Enabled, row.CreatedAt, row.Email, row.Name);
}
