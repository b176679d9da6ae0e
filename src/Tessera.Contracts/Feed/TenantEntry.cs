using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Contracts.Feed;

/// <summary>A tenant and its placement, as the feed tells it.</summary>
/// <param name="Epoch">Grows with every move; 1 at birth.</param>
/// <param name="SignInHost">Authority (host, and port where it is not the scheme's default) of the realm's one sign-in host, lower case.</param>
/// <param name="EmailDomains">Proved domains whose users are sent to this tenant.</param>
/// <param name="Realm">The tenant's own realm, or the shared one it lives in.</param>
/// <param name="Clients">Its own app clients; the first is the default one. None while it is shared.</param>
/// <param name="SharedRealm">The shared realm whose clients serve it: its home while the pattern is shared, and after a promotion until the operator ends that.</param>
/// <param name="Backend">
/// Of its cell. Where it is Amazon Cognito, the realm is the user pool, which all its tenants share: neither it nor its
/// sign-in host names one of them, and the clients alone do.
/// </param>
/// <param name="AlsoPools">Pools whose keys are good for it beside its own's while it moves: the one it is on its way to, and those it came from while their last tokens live.</param>
public sealed record TenantEntry(
    TenantId TenantId,
    Slug Slug,
    TenantState State,
    Pattern Pattern,
    CellId Cell,
    PoolId Pool,
    RealmId Realm,
    long Epoch,
    string Issuer,
    string SignInHost,
    IReadOnlyList<string> EmailDomains,
    IReadOnlyList<ClientId> Clients,
    RealmId? SharedRealm = null,
    Backend Backend = Backend.Native,
    IReadOnlyList<AlsoPool>? AlsoPools = null);

/// <param name="Until">Seconds since 1970 from when on its keys are not good any more; absent for the pool the tenant is on its way to.</param>
public sealed record AlsoPool(PoolId Pool, long? Until = null);
