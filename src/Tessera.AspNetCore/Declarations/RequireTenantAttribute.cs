using Microsoft.AspNetCore.Authorization;
using Tessera.AspNetCore.Authentication;

namespace Tessera.AspNetCore.Declarations;

/// <summary>The endpoint serves whoever is signed in for a tenant. The tenant comes from the caller's token; no permission is asked for.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class RequireTenantAttribute : AuthorizeAttribute, ITenantDemand
{
    public RequireTenantAttribute() : base(DeclarationPolicies.Tenant) => AuthenticationSchemes = TesseraDefaults.Scheme;
}
