using Microsoft.Extensions.Options;
using Tessera.Contracts.Ids;

namespace Tessera.ControlPlane.Tenants;

/// <summary>Issuers: the auth host and the realm's id.</summary>
internal sealed class Issuers(IOptions<ControlOptions> options)
{
    public Uri AuthHost { get; } = options.Value.AuthOrigin;

    public string Of(RealmId realm) => $"{AuthHost.GetLeftPart(UriPartial.Authority)}/{realm}";
}
