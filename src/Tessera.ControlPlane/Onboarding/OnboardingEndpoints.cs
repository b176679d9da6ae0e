using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;

namespace Tessera.ControlPlane.Onboarding;

internal static class OnboardingEndpoints
{
    public static void MapOnboarding(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/tenants", (OnboardingRequest request, TenantOnboarding onboarding, HttpContext http) => onboarding
                .RunAsync(request, Caller.Of(http))
                .AnswerAsync(made => TypedResults.Created($"/tenants/{made.Tenant.TenantId}", made)))
            .RequireScope(Scope.TenantsWrite)
            .WithTags("Tenants")
            .WithSummary("Onboard a tenant: realm, app client and first administrator in one call, or nothing.")
            .WithDescription(
                "A tenant of the pattern shared takes no client, host or email_domains: it lives in the shared realm of the cell, and its "
                + "administrator becomes a member of it. The answer's client then names that realm's default client, without a secret.")
            .Produces<Onboarded>(StatusCodes.Status201Created);
}
