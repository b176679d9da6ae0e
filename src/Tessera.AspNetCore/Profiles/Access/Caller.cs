using Tessera.AspNetCore.Authentication;
using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Profiles.Access;

/// <summary>Whose permissions are asked for. The tenant is part of it: the same subject in two tenants is two callers.</summary>
/// <param name="IsMachine">Decides which role holds where there is no profile.</param>
internal readonly record struct Caller(TenantId Tenant, string Sub, bool IsMachine)
{
    public static Caller Of(TenantIdentity identity) => new(identity.Tenant, identity.Sub, identity.IsMachine);
}
