using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using Tessera.Cell.Memberships;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Tokens;

/// <summary>
/// For which tenant a client may act by <c>client_credentials</c>: its realm's owner; in a shared realm the tenant it names
/// with <c>tenant=</c>, if that has let it in, and within the scopes it was let in with.
/// </summary>
internal sealed class ClientTenant(RequestDb request, CellStore store, RealmScope scope)
{
    private const string NotLetIn = "The client may not act for the tenant it names.";
    private static readonly string Active = RealmState.Write(TenantState.Active);

    /// <summary>The tenant, or null when the request has been refused.</summary>
    public async Task<TenantId?> FindAsync(HandleTokenRequestContext context, ClientRow client)
    {
        if (!scope.Realm.IsShared)
        {
            return scope.Tenant;
        }

        if ((string?)context.Request[TenantChooser.Parameter] is not { Length: > 0 } name)
        {
            context.Reject(Errors.InvalidRequest, "Name the tenant to act for with tenant=.");
            return null;
        }

        if (await ReadAsync(name, context.CancellationToken) is not { } tenant || await ScopesAsync(tenant, client, context.CancellationToken) is not { } granted)
        {
            context.Reject(Errors.UnauthorizedClient, NotLetIn);
            return null;
        }

        if (!context.Request.GetScopes().All(granted.Contains))
        {
            context.Reject(Errors.InvalidScope, "The tenant has not let the client in with all of these scopes.");
            return null;
        }

        scope.Choose(tenant);
        return tenant;
    }

    // By id, or by slug, which is looked up in a context that sees that one tenant's name and nothing else.
    private async Task<TenantId?> ReadAsync(string name, CancellationToken cancellation)
    {
        if (TenantId.TryParse(name, out var id))
        {
            return id;
        }

        if (!Slug.TryParse(name, out var slug))
        {
            return null;
        }

        await using var look = store.Open(RowsOf.Slug(scope.Realm.Id, slug.Value));
        var found = await look.SharedTenants.AsNoTracking().SingleOrDefaultAsync(tenant => tenant.Slug == slug.Value, cancellation);
        return found is null ? null : new TenantId(found.TenantId);
    }

    private async Task<string[]?> ScopesAsync(TenantId tenant, ClientRow client, CancellationToken cancellation)
    {
        var db = request.Value;
        db.EnterTenant(tenant);
        var scopes = await db.ClientGrants
            .Where(grant => grant.ApplicationId == client.Id && db.SharedTenants.Any(row => row.TenantId == grant.TenantId && row.State == Active))
            .Select(grant => grant.Scopes)
            .SingleOrDefaultAsync(cancellation);
        return scopes?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
