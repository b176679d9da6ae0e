using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Contracts.Provisioning;

/// <summary>
/// A tenant that lives in a shared realm: <c>PUT /cell/realms/{realm_id}/tenants/{tenant_id}</c>. Doing it twice changes
/// nothing; name and state may change. <c>DELETE</c> ends it there, with its memberships, grants and client grants.
/// </summary>
/// <param name="Slug">What <c>tenant=</c> calls it at the sign-in host.</param>
/// <param name="DisplayName">What the page that chooses a tenant calls it.</param>
/// <param name="State">Active or suspended.</param>
internal sealed record SharedTenantSpec(TenantId TenantId, Slug Slug, string DisplayName, TenantState State);

/// <summary>
/// That a client of a shared realm may act for one tenant by <c>client_credentials</c>:
/// <c>PUT /cell/realms/{realm_id}/tenants/{tenant_id}/client-grants/{client_id}</c>.
/// </summary>
/// <param name="Scopes">Of the client's own, those it has for this tenant.</param>
internal sealed record ClientGrantSpec(IReadOnlyList<string> Scopes);
