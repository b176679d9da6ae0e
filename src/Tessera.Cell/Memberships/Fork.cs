using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Audit;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Provisioning;

namespace Tessera.Cell.Memberships;

/// <summary>
/// Copies a tenant's members out of a shared realm into its own realm, which is the one in hand: the same <c>sub</c>, user
/// name and password hash. The source is read as that tenant, so nobody else's people are in reach.
/// </summary>
internal sealed class Fork(CellDb db, CellStore store, RealmScope scope, AuditTrail audit)
{
    private const int Batch = 1_000;

    /// <summary>Adds whoever is missing; returns how many accounts the realm has.</summary>
    public async Task<Forked> RunAsync(Realm from, CancellationToken cancellation)
    {
        await using var source = store.Open(RowsOf.InRealm(from.Id, from.Epoch));
        source.EnterTenant(scope.Tenant);
        var last = Guid.Empty;
        while (true)
        {
            var members = await source.Memberships.AsNoTracking().Where(row => row.TenantId == scope.Tenant.Value && row.Sub > last)
                .Join(source.Accounts, membership => membership.Sub, account => account.Sub, (membership, account) => new { membership, account })
                .OrderBy(member => member.account.Sub).Take(Batch).ToListAsync(cancellation);
            if (members is [])
            {
                break;
            }

            last = members[^1].account.Sub;
            var subs = members.ConvertAll(member => member.account.Sub);
            var there = (await db.Accounts.Where(account => subs.Contains(account.Sub)).Select(account => account.Sub).ToListAsync(cancellation)).ToHashSet();
            db.Accounts.AddRange(members.Where(member => !there.Contains(member.account.Sub)).Select(member => Copy(member.account, member.membership)));
            await db.SaveChangesAsync(cancellation);
            db.ChangeTracker.Clear();
        }

        audit.Record("realm.forked", detail: from.Id.Value);
        await audit.CommitAsync(cancellation);
        return new Forked(await db.Accounts.CountAsync(cancellation));
    }

    private static AccountRow Copy(AccountRow account, MembershipRow membership) => new()
    {
        Sub = account.Sub,
        Username = account.Username,
        NormalizedUsername = account.NormalizedUsername,
        Email = membership.Email ?? account.Email,
        Name = membership.Name ?? account.Name,
        PasswordHash = account.PasswordHash,
        Enabled = account.Enabled && membership.Active,
        CreatedAt = account.CreatedAt,
    };
}
