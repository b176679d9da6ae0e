using Microsoft.Extensions.Options;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.SharedRealms;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Tenants;

/// <summary>Issuers: the auth host and the realm's id, or those of Amazon Cognito.</summary>
internal sealed class Issuers(IOptions<ControlOptions> options)
{
    public Uri AuthHost { get; } = options.Value.AuthOrigin;

    public string Of(TenantRow tenant) => tenant.Issuer ?? Of(tenant.RealmId);

    public string Of(SharedRealmRow realm) => realm.Issuer ?? Of(realm.RealmId);

    private string Of(RealmId realm) => $"{AuthHost.GetLeftPart(UriPartial.Authority)}/{realm}";
}
