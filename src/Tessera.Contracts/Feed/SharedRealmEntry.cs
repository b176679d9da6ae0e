using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Contracts.Feed;

/// <summary>A realm that belongs to a pool and serves the tenants that name it as their <see cref="TenantEntry.SharedRealm"/>.</summary>
/// <param name="SignInHost">Authority of its one sign-in host, lower case.</param>
/// <param name="Clients">Its app clients; the first is the default one.</param>
/// <param name="Backend">Of its cell. Where it is Amazon Cognito, the realm is the user pool, and the clients are those that serve its shared tenants.</param>
public sealed record SharedRealmEntry(
    RealmId Realm,
    PoolId Pool,
    CellId Cell,
    string Issuer,
    string SignInHost,
    IReadOnlyList<ClientId> Clients,
    Backend Backend = Backend.Native);
