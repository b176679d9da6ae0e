using Microsoft.AspNetCore.Authorization;
using Tessera.AspNetCore.Authentication;

namespace Tessera.AspNetCore.Declarations;

/// <summary>
/// The endpoint, controller, hub or hub method serves callers whose profile in their token's tenant has the permission.
/// Several of them add up. The permission must be in the catalogue, or the application does not start.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequirePermissionAttribute : AuthorizeAttribute, ITenantDemand
{
    public RequirePermissionAttribute(string permission) : base(DeclarationPolicies.Of(permission)) =>
        (Permission, AuthenticationSchemes) = (permission, TesseraDefaults.Scheme);

    /// <summary>As the catalogue writes it: <c>orders:write</c>.</summary>
    public string Permission { get; }
}
