using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Routing;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Memberships;

/// <summary>Where an account of the shared realm in hand may be signed in. Looks at that account's memberships alone.</summary>
internal sealed class PlaceLookup(RequestDb request)
{
    private CellDb Db => request.Value;

    /// <summary>More are neither offered nor kept in memory; a tenant beyond them is reached by naming it.</summary>
    private const int Most = 100;

    private static readonly string Active = RealmState.Write(TenantState.Active);

    /// <summary>The places of the account, in the order of their names.</summary>
    public async Task<IReadOnlyList<Place>> ListAsync(Guid sub, CancellationToken cancellation) =>
        await Of(sub).OrderBy(place => place.Tenant.DisplayName).Take(Most).ToListAsync(cancellation);

    /// <summary>The account's place in the tenant with this id or slug.</summary>
    public async Task<Place?> FindAsync(Guid sub, string name, CancellationToken cancellation)
    {
        var places = Of(sub);
        places = Contracts.Ids.TenantId.TryParse(name, out var id)
            ? places.Where(place => place.Tenant.TenantId == id.Value)
            : places.Where(place => place.Tenant.Slug == name);
        return await places.SingleOrDefaultAsync(cancellation);
    }

    /// <summary>The account and its place in the grant's tenant, if account, grant, membership and tenant all still stand.</summary>
    public async Task<(AccountRow Account, Place Place)?> FindGrantedAsync(Guid sub, Guid grantId, CancellationToken cancellation)
    {
        var subject = sub.ToString();
        var tenants = Db.Grants.Where(grant => grant.Id == grantId && grant.Subject == subject && grant.Status == Statuses.Valid).Select(grant => grant.TenantId);
        var found = await Of(sub).Where(place => tenants.Contains(place.Tenant.TenantId))
            .Join(Db.Accounts.Where(account => account.Enabled), place => place.Membership.Sub, account => account.Sub, (place, account) => new { account, place })
            .SingleOrDefaultAsync(cancellation);
        return found is null ? null : (found.account, found.place);
    }

    private IQueryable<Place> Of(Guid sub)
    {
        Db.EnterAccount(sub);
        return Db.Memberships.AsNoTracking().Where(membership => membership.Sub == sub && membership.Active)
            .Join(Db.SharedTenants.Where(tenant => tenant.State == Active), membership => membership.TenantId, tenant => tenant.TenantId,
                (membership, tenant) => new Place { Tenant = tenant, Membership = membership });
    }
}
