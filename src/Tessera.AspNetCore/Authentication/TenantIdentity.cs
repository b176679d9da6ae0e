using System.Security.Claims;
using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Authentication;

/// <summary>
/// A caller as a verified token has it. A type of its own, so that no claim of a token, and no identity that was kept in a
/// cookie or made by another scheme, is ever taken for one.
/// </summary>
internal sealed class TenantIdentity : ClaimsIdentity
{
    public TenantIdentity(IEnumerable<Claim> claims, string scheme, TenantId tenant) : base(claims, scheme, nameType: "sub", roleType: "roles")
    {
        Tenant = tenant;
        Sub = FindFirst("sub")!.Value;
        IsMachine = FindFirst("client_id")?.Value == Sub;
    }

    private TenantIdentity(TenantIdentity other) : base(other) => (Tenant, Sub, IsMachine) = (other.Tenant, other.Sub, other.IsMachine);

    public TenantId Tenant { get; }

    public string Sub { get; }

    /// <summary>Whether an app client acts in its own name: its <c>sub</c> is its <c>client_id</c>.</summary>
    public bool IsMachine { get; }

    public static TenantIdentity? Of(ClaimsPrincipal user)
    {
        foreach (var identity in user.Identities)
        {
            if (identity is TenantIdentity caller)
            {
                return caller;
            }
        }

        return null;
    }

    public override ClaimsIdentity Clone() => new TenantIdentity(this);
}
