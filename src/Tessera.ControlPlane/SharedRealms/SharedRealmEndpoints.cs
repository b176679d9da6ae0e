using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.Contracts.Provisioning;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Tenants;
using Tessera.ControlPlane.Users;

namespace Tessera.ControlPlane.SharedRealms;

internal static class SharedRealmEndpoints
{
    public static void MapSharedRealms(this IEndpointRouteBuilder routes)
    {
        var realms = routes.MapGroup("/").WithTags("Shared realms");

        realms.MapPost("/shared-realms", (SharedRealmRequest request, SharedRealmMaking making, HttpContext http) => making
                .RunAsync(request, Caller.Of(http))
                .AnswerAsync(made => TypedResults.Created($"/shared-realms/{made.SharedRealm.Realm}", made)))
            .RequireScope(Scope.CellsWrite)
            .WithSummary("Make the shared realm of a cell's shared pool, with its first client, or nothing. A cell has one at most.")
            .Produces<SharedRealmMade>(StatusCodes.Status201Created);

        realms.MapGet("/shared-realms", (SharedRealmFinder finder, CancellationToken cancellation) => finder.ListAsync(cancellation))
            .RequireScope(Scope.CellsRead)
            .WithSummary("List the shared realms and how many tenants live in each.");

        realms.MapGet(SharedRealmRoutes.One, (string realm, SharedRealmFinder finder, CancellationToken cancellation) => finder
                .FindAsync(realm, cancellation)
                .AnswerAsync(placed => TypedResults.Ok(finder.View(placed))))
            .RequireScope(Scope.CellsRead)
            .WithSummary("One shared realm.")
            .Produces<SharedRealmView>();

        MapAccounts(routes.MapGroup($"{SharedRealmRoutes.One}/accounts").WithTags("Shared accounts"));
        MapGrants(routes.MapGroup($"{TenantRoutes.One}/client-grants").WithTags("Clients"));
    }

    private static void MapAccounts(RouteGroupBuilder accounts)
    {
        accounts.MapGet("/", (string realm, string? after, string? limit, SharedAccountDesk desk, CancellationToken cancellation) => desk
                .ListAsync(realm, after, limit, cancellation)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.UsersRead)
            .WithSummary("List a shared realm's accounts.")
            .Produces<AccountPage>();

        accounts.MapGet("/{sub}", (string realm, string sub, SharedAccountDesk desk, CancellationToken cancellation) => desk
                .FindAsync(realm, sub, cancellation)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.UsersRead)
            .WithSummary("One shared account.")
            .Produces<AccountRecord>();

        accounts.MapPatch("/{sub}", (string realm, string sub, AccountChangeRequest request, SharedAccountDesk desk, HttpContext http) => desk
                .ChangeAsync(realm, sub, request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.UsersWrite)
            .WithSummary("Enable or disable a shared account, or set its password, for all tenants it is a member of.")
            .Produces<AccountRecord>();

        accounts.MapDelete("/{sub}", (string realm, string sub, SharedAccountDesk desk, HttpContext http) => desk
                .RemoveAsync(realm, sub, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(_ => TypedResults.NoContent()))
            .RequireScope(Scope.UsersWrite)
            .WithSummary("Remove a shared account and all its memberships.")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static void MapGrants(RouteGroupBuilder grants)
    {
        grants.MapPut("/{clientId}", (string tenantId, string clientId, ClientGrantRequest request, ClientGrantDesk desk, HttpContext http) => desk
                .GrantAsync(tenantId, clientId, request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(_ => TypedResults.NoContent()))
            .RequireScope(Scope.TenantsWrite)
            .WithSummary("Let a confidential client of the tenant's shared realm act for the tenant by client_credentials with tenant=.")
            .Produces(StatusCodes.Status204NoContent);

        grants.MapDelete("/{clientId}", (string tenantId, string clientId, ClientGrantDesk desk, HttpContext http) => desk
                .EndAsync(tenantId, clientId, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(_ => TypedResults.NoContent()))
            .RequireScope(Scope.TenantsWrite)
            .WithSummary("Let a client no longer act for the tenant; its tokens for it are refused at once.")
            .Produces(StatusCodes.Status204NoContent);
    }
}
