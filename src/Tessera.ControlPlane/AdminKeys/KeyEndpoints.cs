using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.ControlPlane.Http;

namespace Tessera.ControlPlane.AdminKeys;

internal static class KeyEndpoints
{
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/keys").WithTags("Admin keys");

        keys.MapPost("/", (KeyRequest request, KeyRing ring, HttpContext http) => ring
                .MakeAsync(request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(made => TypedResults.Created($"/keys/{made.KeyId}", made)))
            .RequireScope(Scope.KeysWrite)
            .WithSummary("Make an admin key; it is told this once.")
            .Produces<KeyMade>(StatusCodes.Status201Created);

        keys.MapGet("/", (KeyRing ring, CancellationToken cancellation) => ring.ListAsync(cancellation))
            .RequireScope(Scope.KeysWrite)
            .WithSummary("List admin keys, without their secrets.");

        keys.MapDelete("/{keyId}", (string keyId, KeyRing ring, HttpContext http) => ring
                .RevokeAsync(keyId, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(_ => TypedResults.NoContent()))
            .RequireScope(Scope.KeysWrite)
            .WithSummary("Revoke an admin key, at once.")
            .Produces(StatusCodes.Status204NoContent);
    }
}
