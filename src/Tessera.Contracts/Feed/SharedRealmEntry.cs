using Tessera.Contracts.Ids;

namespace Tessera.Contracts.Feed;

/// <summary>A realm that belongs to a pool and serves the tenants that name it as their <see cref="TenantEntry.SharedRealm"/>.</summary>
/// <param name="SignInHost">Authority of its one sign-in host, lower case.</param>
/// <param name="Clients">Its app clients; the first is the default one.</param>
public sealed record SharedRealmEntry(
    RealmId Realm,
    PoolId Pool,
    CellId Cell,
    string Issuer,
    string SignInHost,
    IReadOnlyList<ClientId> Clients);
