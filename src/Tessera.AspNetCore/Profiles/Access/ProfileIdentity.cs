using System.Security.Claims;

namespace Tessera.AspNetCore.Profiles.Access;

/// <summary>
/// A caller's profile beside their token, for <c>User.IsInRole</c> and for policies. The application's roles are roles; those
/// of a tenant's own are claims of another type, since a tenant chooses their names. The claims are the shared ones, so this
/// is all that a request allocates.
/// </summary>
internal sealed class ProfileIdentity(CallerAccess access) : ClaimsIdentity("Tessera.Profile", "sub", CallerAccess.RoleClaim)
{
    public CallerAccess Access => access;

    public override IEnumerable<Claim> Claims => access.Claims;

    public override ClaimsIdentity Clone() => new ProfileIdentity(access);
}
