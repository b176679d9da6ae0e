using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Accounts;
using Tessera.Cell.Audit;
using Tessera.Cell.Passwords;
using Tessera.Cell.Policies;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Provisioning;

namespace Tessera.Cell.Memberships;

/// <summary>
/// Gives a person a place in a tenant of the shared realm in hand, and the account that takes if there is none. The answer
/// is the same in both cases, and so is the time it takes: a tenant learns nothing of whom the realm knows.
/// </summary>
internal sealed class NewMember(CellDb db, PasswordWorkers workers, RealmScope scope, AuditTrail audit, CellPolicy policy, TimeProvider time)
{
    private const int Rounds = 3;
    private static readonly Error Taken = new("username_taken", StatusCodes.Status409Conflict, "The tenant has a user of this name. Choose another.", "username");
    private static readonly Error Raced = new("conflict", StatusCodes.Status409Conflict, "The account is being changed at this very moment. Try again.");

    public async Task<AccountResult> JoinAsync(MemberSpec spec, CancellationToken cancellation)
    {
        if ((AccountRules.Fault(spec.Username, spec.Email, spec.Name) ?? GivenPassword.Fault(spec.Password, spec.PasswordHash, policy.Effective)) is { } fault)
        {
            return new AccountResult.Refused(fault);
        }

        string? hash;
        try
        {
            // Before anybody is looked up, whether it will be needed or not.
            hash = spec.Password is null ? spec.PasswordHash : await workers.HashAsync(scope.Realm.Id, spec.Password);
        }
        catch (PasswordWorkersBusyException)
        {
            return new AccountResult.Refused(AccountRules.Busy);
        }

        for (var round = 0; round < Rounds; round++)
        {
            if (await TryJoinAsync(spec, hash, cancellation) is { } result)
            {
                return result;
            }

            db.ChangeTracker.Clear();
        }

        return new AccountResult.Refused(Raced);
    }

    // Null when somebody else made or removed the account at the same moment.
    private async Task<AccountResult?> TryJoinAsync(MemberSpec spec, string? hash, CancellationToken cancellation)
    {
        var normalized = Username.Normalize(spec.Username);
        var account = await db.Accounts.SingleOrDefaultAsync(row => row.NormalizedUsername == normalized, cancellation);
        if (account is not null && await db.Memberships.AnyAsync(row => row.Sub == account.Sub && row.TenantId == scope.Tenant.Value, cancellation))
        {
            return new AccountResult.Refused(Taken);
        }

        if (account is null)
        {
            account = NewAccount(spec.Username, normalized, hash);
            db.Accounts.Add(account);
        }
        else
        {
            // Written as it was found: whoever removes it at this moment has removed it, and then this does not commit.
            db.Entry(account).Property(row => row.Enabled).IsModified = true;
        }

        var membership = new MembershipRow
        {
            TenantId = scope.Tenant.Value,
            Sub = account.Sub,
            Active = true,
            Email = spec.Email,
            Name = spec.Name,
            JoinedAt = time.GetUtcNow(),
        };
        db.Memberships.Add(membership);
        audit.Record("member.added", subject: account.Sub.ToString());
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e is DbUpdateConcurrencyException || StoreFaults.IsUniqueViolation(e))
        {
            return null;
        }

        return new AccountResult.Done(new AccountRecord(membership.Sub, account.Username, membership.Active, membership.JoinedAt, membership.Email, membership.Name));
    }

    // What a tenant says of the person stays in its membership; the account itself has a name to sign in with, no more.
    private AccountRow NewAccount(string username, string normalized, string? hash) => new()
    {
        Sub = Guid.NewGuid(),
        Username = username,
        NormalizedUsername = normalized,
        PasswordHash = hash ?? "",
        Enabled = true,
        CreatedAt = time.GetUtcNow(),
    };
}
