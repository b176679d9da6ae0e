using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Contracts.Feed;

/// <summary>A tenant and its placement, as the feed tells it.</summary>
/// <param name="Epoch">Grows with every move; 1 at birth.</param>
/// <param name="SignInHost">Authority (host, and port where it is not the scheme's default) of the realm's one sign-in host, lower case.</param>
/// <param name="EmailDomains">Proved domains whose users are sent to this tenant.</param>
/// <param name="Clients">Its app clients; the first is the default one.</param>
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
    IReadOnlyList<ClientId> Clients);
