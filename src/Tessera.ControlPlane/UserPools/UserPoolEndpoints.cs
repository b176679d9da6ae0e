using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.UserPools;

internal static class UserPoolEndpoints
{
    public static void MapUserPools(this IEndpointRouteBuilder routes)
    {
        var pools = routes.MapGroup("/cells/{cell}/user-pools").WithTags("User pools");

        pools.MapPost("/", (string cell, UserPoolRequest request, UserPoolRegistry registry, HttpContext http) => registry
                .RegisterAsync(cell, request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(made => TypedResults.Created($"/cells/{cell}/user-pools", made)))
            .RequireScope(Scope.CellsWrite)
            .WithSummary("Register a user pool that exists in Amazon Cognito, with the clients that serve its shared tenants if it has such.")
            .Produces<UserPoolView>(StatusCodes.Status201Created);

        pools.MapGet("/", (string cell, UserPoolRegistry registry, CancellationToken cancellation) => registry
                .ListAsync(cell, cancellation)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.CellsRead)
            .WithSummary("List a cell's user pools and how many tenants each houses.")
            .Produces<UserPoolList>();

        pools.MapPost("/{userPool}/tenants", (string cell, string userPool, BindingRequest request, UserPoolTenants tenants, HttpContext http) => tenants
                .MakeAsync(cell, userPool, request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(made => TypedResults.Created($"/tenants/{made.TenantId}", made)))
            .RequireScope(Scope.TenantsWrite)
            .WithSummary("Make a tenant of clients that exist in a user pool, or one that shares the pool's own client.")
            .Produces<TenantView>(StatusCodes.Status201Created);
    }
}
