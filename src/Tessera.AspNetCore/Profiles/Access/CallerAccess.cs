using System.Collections.Frozen;
using System.Security.Claims;

namespace Tessera.AspNetCore.Profiles.Access;

/// <summary>What one caller may do in one tenant, worked out. Shared by requests, and never changed.</summary>
internal sealed class CallerAccess
{
    public const string RoleClaim = "role";
    public const string TenantRoleClaim = "tenant_role";
    public const string PermissionClaim = "permission";
    private const string Issuer = "profile";

    private readonly FrozenSet<string> _permissions;

    /// <param name="given">Beside what the roles give. What is not in the catalogue gives nothing.</param>
    public CallerAccess(PermissionCatalogue catalogue, IReadOnlyList<string> roles, IReadOnlyList<string> tenantRoles, IEnumerable<string> given)
    {
        _permissions = roles.SelectMany(catalogue.PermissionsOf).Concat(given).Where(catalogue.Has).ToFrozenSet();
        Roles = [.. roles.Where(catalogue.HasRole)];
        TenantRoles = tenantRoles;
        Claims = [.. Roles.Select(role => Claim(RoleClaim, role)), .. tenantRoles.Select(role => Claim(TenantRoleClaim, role)), .. _permissions.Select(permission => Claim(PermissionClaim, permission))];
    }

    public IReadOnlyList<string> Roles { get; }

    public IReadOnlyList<string> TenantRoles { get; }

    public IReadOnlyCollection<string> Permissions => _permissions;

    public IReadOnlyList<Claim> Claims { get; }

    public bool Has(string permission) => _permissions.Contains(permission);

    private static Claim Claim(string type, string value) => new(type, value, ClaimValueTypes.String, Issuer);
}
