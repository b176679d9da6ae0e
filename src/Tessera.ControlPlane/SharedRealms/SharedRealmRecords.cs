using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.SharedRealms;

internal sealed record SharedRealmRequest(
    string? Slug = null, string? DisplayName = null, string? Cell = null, string? Host = null, ClientRequest? Client = null);

/// <param name="Client">Its default client, with the secret of a confidential one, told this once.</param>
internal sealed record SharedRealmMade(SharedRealmView SharedRealm, ClientMade Client);

internal sealed record SharedRealmList(IReadOnlyList<SharedRealmView> SharedRealms);

/// <summary>A shared realm as operators see it.</summary>
/// <param name="Clients">The first is the default one.</param>
/// <param name="Tenants">How many tenants live in it, or were promoted from it and have not left yet.</param>
internal sealed record SharedRealmView(
    RealmId Realm,
    Slug Slug,
    string DisplayName,
    CellId Cell,
    PoolId Pool,
    string Region,
    string Issuer,
    string SignInHost,
    IReadOnlyList<ClientId> Clients,
    int Tenants,
    long Revision,
    DateTimeOffset CreatedAt)
{
    public static SharedRealmView Of(SharedRealmRow realm, string region, IEnumerable<ClientRow> clients, int tenants, Issuers issuers) => new(
        realm.RealmId, realm.Slug, realm.DisplayName, realm.CellId, realm.PoolId, region, issuers.Of(realm), realm.SignInHost,
        [.. clients.Where(client => client.Active).OrderBy(client => client.Born).Select(client => client.ClientId)],
        tenants, realm.Revision, realm.CreatedAt);
}
