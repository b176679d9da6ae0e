using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;

namespace Tessera.AspNetCore.Declarations;

/// <summary>
/// The fallback: an endpoint that asks for no authorization of any kind is reachable only where it says that it belongs to
/// no tenant. It holds for endpoints that came after the start, too.
/// </summary>
internal sealed class DeclaredRequirement : IAuthorizationRequirement;

internal sealed class DeclaredRequirementHandler(EndpointDeclarations declarations) : AuthorizationHandler<DeclaredRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, DeclaredRequirement requirement)
    {
        if (context.Resource is HttpContext request && declarations.IsReachableWithoutAuthorization(request.GetEndpoint()))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}
