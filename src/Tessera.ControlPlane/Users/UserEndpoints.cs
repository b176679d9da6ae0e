using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.Contracts.Provisioning;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Users;

internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup($"{TenantRoutes.One}/users").WithTags("Users");

        users.MapPost("/", (string tenantId, AccountRequest request, UserDesk desk, HttpContext http) => desk
                .MakeAsync(tenantId, request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(made => TypedResults.Created($"/tenants/{tenantId}/users/{made.Sub}", made)))
            .RequireScope(Scope.UsersWrite)
            .WithSummary("Make a user.")
            .Produces<AccountRecord>(StatusCodes.Status201Created);

        users.MapGet("/", (string tenantId, string? after, string? limit, UserDesk desk, CancellationToken cancellation) => desk
                .ListAsync(tenantId, after, limit, cancellation)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.UsersRead)
            .WithSummary("List a tenant's users.")
            .Produces<AccountPage>();

        users.MapGet("/{sub}", (string tenantId, string sub, UserDesk desk, CancellationToken cancellation) => desk
                .FindAsync(tenantId, sub, cancellation)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.UsersRead)
            .WithSummary("One user.")
            .Produces<AccountRecord>();

        users.MapPatch("/{sub}", (string tenantId, string sub, AccountChangeRequest request, UserDesk desk, HttpContext http) => desk
                .ChangeAsync(tenantId, sub, request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.UsersWrite)
            .WithSummary("Enable or disable a user, or set a password. A shared tenant's users keep theirs.")
            .Produces<AccountRecord>();

        users.MapDelete("/{sub}", (string tenantId, string sub, UserDesk desk, HttpContext http) => desk
                .RemoveAsync(tenantId, sub, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(_ => TypedResults.NoContent()))
            .RequireScope(Scope.UsersWrite)
            .WithSummary("Remove a user, or from a shared tenant the user's membership; their tokens are refused at once.")
            .Produces(StatusCodes.Status204NoContent);
    }
}
