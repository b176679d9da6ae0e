using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Clients;

internal static class ClientEndpoints
{
    public static void MapClients(this IEndpointRouteBuilder routes)
    {
        var clients = routes.MapGroup($"{TenantRoutes.One}/clients").WithTags("Clients");

        clients.MapPost("/", (string tenantId, ClientRequest request, ClientDesk desk, HttpContext http) => desk
                .MakeAsync(tenantId, request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(made => TypedResults.Created($"/tenants/{tenantId}/clients", made)))
            .RequireScope(Scope.TenantsWrite)
            .WithSummary("Make an app client; the secret of a confidential one is told this once.")
            .Produces<ClientMade>(StatusCodes.Status201Created);

        clients.MapGet("/", (string tenantId, ClientDesk desk, CancellationToken cancellation) => desk
                .ListAsync(tenantId, cancellation)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.TenantsRead)
            .WithSummary("List a tenant's app clients; the first is the default one.")
            .Produces<ClientList>();

        clients.MapDelete("/{clientId}", (string tenantId, string clientId, ClientDesk desk, HttpContext http) => desk
                .RemoveAsync(tenantId, clientId, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(_ => TypedResults.NoContent()))
            .RequireScope(Scope.TenantsWrite)
            .WithSummary("Remove an app client.")
            .Produces(StatusCodes.Status204NoContent);
    }
}
