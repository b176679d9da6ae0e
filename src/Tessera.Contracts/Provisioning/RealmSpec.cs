using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Contracts.Provisioning;

/// <summary>A realm a cell is to house: <c>PUT /cell/realms/{realm_id}</c>. Doing it twice changes nothing; state and epoch may change.</summary>
/// <param name="DisplayName">What the sign-in page calls the tenant, or the product whose tenants share the realm.</param>
/// <param name="SignInHost">Authority of the realm's one sign-in host, lower case, with the port where it is not the scheme's default.</param>
/// <param name="TenantId">Its owner; absent for a shared realm, which belongs to the pool. Never changes.</param>
internal sealed record RealmSpec(
    RealmId RealmId,
    PoolId PoolId,
    string DisplayName,
    string SignInHost,
    TenantState State,
    long Epoch,
    TenantId? TenantId = null);
