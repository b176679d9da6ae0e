using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Contracts.Provisioning;

/// <summary>A realm a cell is to house: <c>PUT /cell/realms/{realm_id}</c>. Doing it twice changes nothing; state and epoch may change.</summary>
/// <param name="DisplayName">What the sign-in page calls the tenant.</param>
/// <param name="SignInHost">Authority of the realm's one sign-in host, lower case, with the port where it is not the scheme's default.</param>
public sealed record RealmSpec(
    RealmId RealmId,
    PoolId PoolId,
    TenantId TenantId,
    Slug Slug,
    string DisplayName,
    string SignInHost,
    TenantState State,
    long Epoch);
