using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Tenants;

/// <param name="Next">The last tenant of the page if there are more; ask again with <c>after=</c> it.</param>
internal sealed record TenantList(IReadOnlyList<TenantView> Tenants, TenantId? Next);

/// <summary>A tenant as operators see it.</summary>
/// <param name="Realm">Its own realm, or the shared one it lives in; issuer and sign-in host are that realm's.</param>
/// <param name="Clients">Its own; a shared tenant has none.</param>
/// <param name="SharedRealm">The shared realm it lives in, or was promoted from and has not left yet.</param>
internal sealed record TenantView(
    TenantId TenantId,
    Slug Slug,
    string DisplayName,
    TenantState State,
    Pattern Pattern,
    CellId Cell,
    PoolId Pool,
    RealmId Realm,
    long Epoch,
    string Region,
    string Issuer,
    string SignInHost,
    IReadOnlyList<string> EmailDomains,
    IReadOnlyList<ClientId> Clients,
    long Revision,
    DateTimeOffset CreatedAt,
    RealmId? SharedRealm = null)
{
    public static TenantView Of(TenantRow tenant, string region, IEnumerable<ClientRow> clients, Issuers issuers) => new(
        tenant.TenantId, tenant.Slug, tenant.DisplayName, tenant.State, tenant.Pattern, tenant.CellId, tenant.PoolId, tenant.RealmId,
        tenant.Epoch, region, issuers.Of(tenant), tenant.SignInHost, tenant.EmailDomains,
        [.. clients.Where(client => client.Active).OrderBy(client => client.Born).Select(client => client.ClientId)],
        tenant.Revision, tenant.CreatedAt, tenant.SharedRealmId);
}
