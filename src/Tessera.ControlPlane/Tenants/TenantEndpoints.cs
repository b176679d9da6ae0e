using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;

namespace Tessera.ControlPlane.Tenants;

internal static class TenantEndpoints
{
    public static void MapTenants(this IEndpointRouteBuilder routes)
    {
        var tenants = routes.MapGroup("/").WithTags("Tenants");

        tenants.MapGet("/tenants", (string? after, string? limit, string? slug, string? state, TenantFinder finder, CancellationToken cancellation) => finder
                .ListAsync(after, limit, slug, state, cancellation)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.TenantsRead)
            .WithSummary("List tenants in order of age, those in one state alone if asked, or find the one with a slug.")
            .Produces<TenantList>();

        tenants.MapGet(TenantRoutes.One, (string tenantId, TenantFinder finder, CancellationToken cancellation) => finder
                .FindAsync(tenantId, cancellation)
                .AnswerAsync(placed => TypedResults.Ok(finder.View(placed))))
            .RequireScope(Scope.TenantsRead)
            .WithSummary("One tenant and its placement.")
            .Produces<TenantView>();

        tenants.MapPost($"{TenantRoutes.One}/suspend", (string tenantId, TenantLife life, HttpContext http) => life
                .SuspendAsync(tenantId, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.TenantsWrite)
            .WithSummary("Suspend a tenant: nobody signs in and its tokens are refused.")
            .Produces<TenantView>();

        tenants.MapPost($"{TenantRoutes.One}/resume", (string tenantId, TenantLife life, HttpContext http) => life
                .ResumeAsync(tenantId, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.TenantsWrite)
            .WithSummary("Resume a suspended tenant.")
            .Produces<TenantView>();

        tenants.MapPost($"{TenantRoutes.One}/end-shared", (string tenantId, TenantLife life, HttpContext http) => life
                .EndSharedAsync(tenantId, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.TenantsWrite)
            .WithSummary("Let a promoted tenant leave its old shared realm: that realm's tokens and clients are nothing to it from now on.")
            .Produces<TenantView>();

        tenants.MapDelete(TenantRoutes.One, (string tenantId, TenantLife life, HttpContext http) => life
                .DeleteAsync(tenantId, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(_ => TypedResults.NoContent()))
            .RequireScope(Scope.TenantsWrite)
            .WithSummary("Delete a tenant and all accounts of it. Nobody else gets its names for 30 days.")
            .Produces(StatusCodes.Status204NoContent);
    }
}
