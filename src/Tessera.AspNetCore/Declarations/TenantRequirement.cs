using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tessera.AspNetCore.Authentication;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Declarations;

/// <summary>The caller is signed in for a tenant, and a request's scope is that tenant's.</summary>
internal sealed class TenantRequirement : IAuthorizationRequirement
{
    /// <summary>The caller as the verified token has it; null where there is none, or the scope is not its tenant's.</summary>
    /// <param name="resource">A request; of anything else, such as a hub's invocation, there is no scope to compare.</param>
    public static TenantIdentity? CallerOf(ClaimsPrincipal user, object? resource) =>
        TenantIdentity.Of(user) is { } caller && (resource is not HttpContext context || IsInForce(caller, context)) ? caller : null;

    private static bool IsInForce(TenantIdentity caller, HttpContext context) =>
        context.RequestServices.GetRequiredService<TenantScope>() is { IsSet: true } scope && scope.Tenant == caller.Tenant;
}

internal sealed class TenantRequirementHandler : AuthorizationHandler<TenantRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, TenantRequirement requirement)
    {
        if (TenantRequirement.CallerOf(context.User, context.Resource) is not null)
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
