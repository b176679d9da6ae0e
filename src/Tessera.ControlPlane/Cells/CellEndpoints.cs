using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Revocations;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Revocations;

namespace Tessera.ControlPlane.Cells;

internal static class CellEndpoints
{
    public static void MapCells(this IEndpointRouteBuilder routes)
    {
        var cells = routes.MapGroup("/cells").WithTags("Cells");

        cells.MapPost("/", (CellRequest request, CellRegistry registry, HttpContext http) => registry
                .InviteAsync(request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(invited => TypedResults.Created("/cells", invited)))
            .RequireScope(Scope.CellsWrite)
            .WithSummary("Announce a cell and make the single-use token it joins with, or write down one in Amazon Cognito.")
            .Produces<CellInvited>(StatusCodes.Status201Created);

        cells.MapGet("/", (CellRegistry registry, CancellationToken cancellation) => registry.ListAsync(cancellation))
            .RequireScope(Scope.CellsRead)
            .WithSummary("List the cells, how many tenants each houses, and when each region runs out of room.");

        cells.MapPatch("/{cell}", (string cell, CellChangeRequest request, CellRegistry registry, HttpContext http) => registry
                .ChangeAsync(cell, request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.CellsWrite)
            .WithSummary("Change a cell: how many tenants it may house, whether it takes any, whether it is a canary.")
            .Produces<CellView>();

        cells.MapPost("/recount", (CellCounts counts, HttpContext http) => counts
                .RecountAsync(Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.CellsWrite)
            .WithSummary("Count every cell's tenants and correct what its counter says.")
            .Produces<Recounted>();

        cells.MapPost("/join", (JoinRequest request, CellRegistry registry, CancellationToken cancellation) => registry
                .JoinAsync(request, cancellation)
                .AnswerAsync(TypedResults.Ok))
            .AllowAnonymousBecause("The single-use join token in the body is the right to join.")
            .WithSummary("Join as a cell: redeem the token and register the cell's key and endpoint.")
            .Produces<JoinResponse>();

        cells.MapPost("/{cell}/revocations", (string cell, CellTelling telling, CellNotices notices) => notices
                // A cell that hangs up is told nothing new by being broken off: it sends the same again.
                .HearAsync(cell, telling, CancellationToken.None)
                .AnswerAsync(_ => TypedResults.NoContent()))
            .AllowAnonymousBecause("The statement in the body is signed with the key the cell joined with.")
            .WithSummary("As a cell, tell which tokens are no longer good: of ended sessions and grants, and of people who may no longer sign in.")
            .Produces(StatusCodes.Status204NoContent);
    }
}
