using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Accounts;
using Tessera.Cell.Audit;
using Tessera.Cell.Authorize;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;

namespace Tessera.Cell.Memberships;

/// <summary>The tenants of the shared realm in hand, as the control plane houses them there, and the clients they let in.</summary>
internal sealed class SharedTenantBook(CellDb db, RealmScope scope, AuditTrail audit, GrantBook grants)
{
    private static readonly Error SlugTaken = new("slug_taken", StatusCodes.Status409Conflict, "Another tenant of the realm has the slug.", "slug");

    /// <summary>Houses the tenant, or makes the one that is there as asked. A tenant that is no longer active has its grants ended.</summary>
    public async Task<Error?> PutAsync(SharedTenantSpec spec, CancellationToken cancellation)
    {
        var row = await db.SharedTenants.SingleOrDefaultAsync(tenant => tenant.TenantId == spec.TenantId.Value, cancellation);
        if (row is null)
        {
            row = new SharedTenantRow { TenantId = spec.TenantId.Value };
            db.SharedTenants.Add(row);
        }

        row.Slug = spec.Slug.Value;
        row.DisplayName = spec.DisplayName;
        row.State = RealmState.Write(spec.State);
        audit.Record("tenant.housed", detail: row.State);
        try
        {
            await db.SaveChangesAsync(cancellation);
            return null;
        }
        catch (DbUpdateException e) when (StoreFaults.IsUniqueViolation(e))
        {
            return SlugTaken;
        }
    }

    /// <summary>Ends the tenant here, with its memberships, client grants and everything granted for it. Accounts that have no place left go too.</summary>
    public async Task RemoveAsync(TenantId tenant, CellStore store, CancellationToken cancellation)
    {
        var members = await db.Memberships.Where(row => row.TenantId == tenant.Value).Select(row => row.Sub).ToListAsync(cancellation);
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
        {
            await db.SharedTenants.Where(row => row.TenantId == tenant.Value).ExecuteDeleteAsync(cancellation);
            await grants.EndTenantAsync(tenant, cancellation);
            audit.Record("tenant.removed");
            await db.SaveChangesAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }

        foreach (var sub in members)
        {
            await EraseIfPlacelessAsync(store, sub, cancellation);
        }
    }

    /// <summary>Lets a client of the realm act for the tenant.</summary>
    public async Task<bool> LetInAsync(TenantId tenant, ClientId client, ClientGrantSpec spec, CancellationToken cancellation)
    {
        if (await db.Clients.AsNoTracking().SingleOrDefaultAsync(row => row.ClientId == client.Value, cancellation) is not { } known
            || !await db.SharedTenants.AnyAsync(row => row.TenantId == tenant.Value, cancellation))
        {
            return false;
        }

        var grant = await db.ClientGrants.SingleOrDefaultAsync(row => row.TenantId == tenant.Value && row.ApplicationId == known.Id, cancellation);
        if (grant is null)
        {
            grant = new ClientGrantRow { TenantId = tenant.Value, ApplicationId = known.Id };
            db.ClientGrants.Add(grant);
        }

        grant.Scopes = string.Join(' ', spec.Scopes);
        audit.Record("client.let_in", client: client.Value, detail: grant.Scopes);
        await db.SaveChangesAsync(cancellation);
        return true;
    }

    public async Task KeepOutAsync(TenantId tenant, ClientId client, CancellationToken cancellation)
    {
        await db.ClientGrants
            .Where(grant => grant.TenantId == tenant.Value && db.Clients.Any(row => row.Id == grant.ApplicationId && row.ClientId == client.Value))
            .ExecuteDeleteAsync(cancellation);
        audit.Record("client.kept_out", client: client.Value);
        await audit.CommitAsync(cancellation);
    }

    // In a context of its own for each, which sees that one account's memberships.
    private async Task EraseIfPlacelessAsync(CellStore store, Guid sub, CancellationToken cancellation)
    {
        await using var own = store.Open(RowsOf.InRealm(scope.Realm.Id, scope.Realm.Epoch));
        own.EnterAccount(sub);
        await using var transaction = await own.Database.BeginTransactionAsync(cancellation);
        await own.Accounts.Where(account => account.Sub == sub).ExecuteUpdateAsync(set => set.SetProperty(row => row.Enabled, row => row.Enabled), cancellation);
        if (!await own.Memberships.AnyAsync(membership => membership.Sub == sub, cancellation))
        {
            await AccountEraser.EraseAsync(own, sub, cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }
}
