using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.SharedRealms;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Clients;

internal static class ClientEndpoints
{
    public static void MapClients(this IEndpointRouteBuilder routes)
    {
        MapSharedRealmClients(routes);
        var clients = routes.MapGroup($"{TenantRoutes.One}/clients").WithTags("Clients");

        clients.MapPost("/", (string tenantId, ClientRequest request, ClientDesk desk, ClientOwners owners, HttpContext http) => desk
                .MakeAsync(owners.OfTenantAsync(tenantId, http.RequestAborted), request, Caller.Of(http))
                .AnswerAsync(made => TypedResults.Created($"/tenants/{tenantId}/clients", made)))
            .RequireScope(Scope.TenantsWrite)
            .WithSummary("Make an app client; the secret of a confidential one is told this once.")
            .Produces<ClientMade>(StatusCodes.Status201Created);

        clients.MapGet("/", (string tenantId, ClientOwners owners, CancellationToken cancellation) => ClientDesk
                .ListAsync(owners.OfTenantAsync(tenantId, cancellation))
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.TenantsRead)
            .WithSummary("List a tenant's app clients; the first is the default one.")
            .Produces<ClientList>();

        clients.MapDelete("/{clientId}", (string tenantId, string clientId, ClientDesk desk, ClientOwners owners, HttpContext http) => desk
                .RemoveAsync(owners.OfTenantAsync(tenantId, http.RequestAborted), clientId, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(_ => TypedResults.NoContent()))
            .RequireScope(Scope.TenantsWrite)
            .WithSummary("Remove an app client.")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static void MapSharedRealmClients(IEndpointRouteBuilder routes)
    {
        var clients = routes.MapGroup($"{SharedRealmRoutes.One}/clients").WithTags("Shared realms");

        clients.MapPost("/", (string realm, ClientRequest request, ClientDesk desk, ClientOwners owners, HttpContext http) => desk
                .MakeAsync(owners.OfSharedRealmAsync(realm, http.RequestAborted), request, Caller.Of(http))
                .AnswerAsync(made => TypedResults.Created($"/shared-realms/{realm}/clients", made)))
            .RequireScope(Scope.CellsWrite)
            .WithSummary("Make an app client of a shared realm; the secret of a confidential one is told this once.")
            .Produces<ClientMade>(StatusCodes.Status201Created);

        clients.MapGet("/", (string realm, ClientOwners owners, CancellationToken cancellation) => ClientDesk
                .ListAsync(owners.OfSharedRealmAsync(realm, cancellation))
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.CellsRead)
            .WithSummary("List a shared realm's app clients; the first is the default one.")
            .Produces<ClientList>();

        clients.MapDelete("/{clientId}", (string realm, string clientId, ClientDesk desk, ClientOwners owners, HttpContext http) => desk
                .RemoveAsync(owners.OfSharedRealmAsync(realm, http.RequestAborted), clientId, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(_ => TypedResults.NoContent()))
            .RequireScope(Scope.CellsWrite)
            .WithSummary("Remove an app client of a shared realm.")
            .Produces(StatusCodes.Status204NoContent);
    }
}
