using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Promotions;

internal static class PromotionEndpoints
{
    public static void MapPromotion(this IEndpointRouteBuilder routes) =>
        routes.MapPost($"{TenantRoutes.One}/promote", (string tenantId, PromotionRequest request, TenantPromotion promotion, HttpContext http) => promotion
                .RunAsync(tenantId, request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.TenantsWrite)
            .WithTags("Tenants")
            .WithSummary("Promote a shared tenant: a realm, sign-in host and client of its own, in place, while the shared client still works.")
            .Produces<Promoted>();
}
