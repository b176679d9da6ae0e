using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Imports;

internal static class ImportEndpoints
{
    private const int LargestBody = 4;

    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        var imports = routes.MapGroup("/").WithTags("Imports");

        imports.MapPost("/tenants/import", (TenantImportRequest request, TenantImport import, HttpContext http) => import
                .RunAsync(request, Caller.Of(http))
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.TenantsWrite)
            .TakeBodiesOf(LargestBody)
            .WithSummary("Onboard up to 500 tenants; each is made whole or not at all, and told which. May be repeated.")
            .Produces<ImportAnswer>();

        imports.MapPost("/users/import", (UserImportRequest request, UserImport import, HttpContext http) => import
                .RunAsync(request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.UsersWrite)
            .TakeBodiesOf(LargestBody)
            .WithSummary("Make up to 500 users of any tenants, named by slug. May be repeated.")
            .Produces<ImportAnswer>();

        imports.MapPost($"{TenantRoutes.One}/users/import", (string tenantId, UserImportRequest request, UserImport import, HttpContext http) => import
                .RunAsync(tenantId, request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.UsersWrite)
            .TakeBodiesOf(LargestBody)
            .WithSummary("Make up to 500 users of one tenant. May be repeated.")
            .Produces<ImportAnswer>();
    }
}
