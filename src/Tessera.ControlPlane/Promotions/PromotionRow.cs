using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Promotions;

/// <summary>A promotion on its way, and what it has claimed. While it is there, nobody's membership changes.</summary>
internal sealed class PromotionRow : ITenantRow
{
    public required TenantId TenantId { get; init; }

    /// <summary>The realm the tenant is to have.</summary>
    public required RealmId RealmId { get; init; }

    public required long Epoch { get; init; }
    public required string SignInHost { get; init; }
    public required string[] EmailDomains { get; init; }
    public required ClientId ClientId { get; init; }
}
