using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Accounts;
using Tessera.Cell.Audit;
using Tessera.Cell.Authorize;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Provisioning;

namespace Tessera.Cell.Memberships;

/// <summary>
/// Makes, lists, changes and ends the memberships of one tenant in the shared realm in hand. It tells of memberships alone:
/// nothing here shows whether a person has a place in another tenant, and nothing changes an account's credentials.
/// </summary>
internal sealed class MemberBook(CellDb db, NewMember newMember, RealmScope scope, AuditTrail audit, GrantBook grants, TimeProvider time)
{
    private static readonly Error Credentials = new(
        "shared_account_credentials", StatusCodes.Status409Conflict, "The account is shared with other tenants; its password is its owner's and the platform's to change.", "password");

    public Task<AccountResult> CreateAsync(MemberSpec spec, CancellationToken cancellation) => newMember.JoinAsync(spec, cancellation);

    public async Task<AccountPage> ListAsync(Guid? after, int limit, CancellationToken cancellation)
    {
        var from = after ?? Guid.Empty;
        var rows = await Members().Where(member => member.Membership.Sub > from).OrderBy(member => member.Membership.Sub).Take(limit + 1).ToListAsync(cancellation);
        return new AccountPage([.. rows.Take(limit).Select(member => member.ToRecord())], rows.Count > limit ? rows[limit - 1].Membership.Sub : null);
    }

    public async Task<AccountRecord?> FindAsync(Guid sub, CancellationToken cancellation) =>
        (await Members().SingleOrDefaultAsync(member => member.Membership.Sub == sub, cancellation))?.ToRecord();

    /// <summary>A membership that is made inactive ends what was granted for the tenant, and nothing else of the account.</summary>
    public async Task<AccountResult> ChangeAsync(Guid sub, AccountChange change, CancellationToken cancellation)
    {
        if (change.Password is not null)
        {
            return new AccountResult.Refused(Credentials);
        }

        if (await db.Memberships.SingleOrDefaultAsync(membership => membership.Sub == sub && membership.TenantId == scope.Tenant.Value, cancellation) is not { } membership)
        {
            return new AccountResult.Missing();
        }

        membership.Active = change.Enabled ?? membership.Active;
        // Written even where it stays: whoever opens a grant at this moment waits for this, or has committed and is ended.
        db.Entry(membership).Property(row => row.JoinedAt).IsModified = true;
        audit.Record("member.changed", subject: sub.ToString());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.SaveChangesAsync(cancellation);
        DateTimeOffset? revoked = null;
        if (!membership.Active)
        {
            await grants.EndMemberAsync(scope.Tenant, sub, cancellation);
            revoked = time.GetUtcNow();
        }

        await transaction.CommitAsync(cancellation);
        return await FindAsync(sub, cancellation) is { } record ? new AccountResult.Done(record with { RevokedAt = revoked }) : new AccountResult.Missing();
    }

    /// <summary>Ends a membership. An account that has no place left anywhere goes with it.</summary>
    public async Task<AccountGone?> RemoveAsync(Guid sub, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // The account first: whoever gives it another place at this moment waits, and finds it gone or has kept it.
        await db.Accounts.Where(account => account.Sub == sub).ExecuteUpdateAsync(set => set.SetProperty(row => row.Enabled, row => row.Enabled), cancellation);
        if (await db.Memberships.Where(membership => membership.Sub == sub && membership.TenantId == scope.Tenant.Value).ExecuteDeleteAsync(cancellation) == 0)
        {
            return null;
        }

        await grants.EndMemberAsync(scope.Tenant, sub, cancellation);
        db.EnterAccount(sub);
        if (!await db.Memberships.AnyAsync(membership => membership.Sub == sub, cancellation))
        {
            await AccountEraser.EraseAsync(db, sub, cancellation);
        }

        audit.Record("member.removed", subject: sub.ToString());
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new AccountGone(sub, time.GetUtcNow());
    }

    private IQueryable<Member> Members() =>
        db.Memberships.AsNoTracking().Where(membership => membership.TenantId == scope.Tenant.Value)
            .Join(db.Accounts, membership => membership.Sub, account => account.Sub, (membership, account) => new Member { Membership = membership, Username = account.Username });

    private sealed record Member
    {
        public required MembershipRow Membership { get; init; }

        public required string Username { get; init; }

        public AccountRecord ToRecord() => new(Membership.Sub, Username, Membership.Active, Membership.JoinedAt, Membership.Email, Membership.Name);
    }
}
