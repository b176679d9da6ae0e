using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Moves;

internal static class MoveEndpoints
{
    public static void MapMoves(this IEndpointRouteBuilder routes)
    {
        var moves = routes.MapGroup("/").WithTags("Moves");

        moves.MapPost($"{TenantRoutes.One}/moves", PlanAsync)
            .RequireScope(Scope.MovesWrite)
            .WithSummary("Move a tenant with a realm of its own to another cell, or between the patterns hybrid and dedicated, while it works.")
            .WithDescription("Answers at once; the move goes on by itself. With dry_run it only says whether it could be done, and nothing is written.")
            .Produces<MoveView>(StatusCodes.Status202Accepted)
            .Produces<MovePlanned>();

        moves.MapGet($"{TenantRoutes.One}/moves", (string tenantId, string? after, string? limit, MoveDesk desk, CancellationToken cancellation) => desk
                .ListAsync(tenantId, after, limit, cancellation)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.MovesRead)
            .WithSummary("A tenant's moves, the latest first.")
            .Produces<MoveList>();

        moves.MapGet("/moves/{move}", (string move, MoveDesk desk, CancellationToken cancellation) => desk
                .FindAsync(move, cancellation)
                .AnswerAsync(found => TypedResults.Ok(MoveView.Of(found))))
            .RequireScope(Scope.MovesRead)
            .WithSummary("One move and how far it is.")
            .Produces<MoveView>();

        moves.MapPost("/moves/{move}/abort", (string move, MoveDesk desk, HttpContext http) => desk
                .AbortAsync(move, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(aborted => TypedResults.Ok(MoveView.Of(aborted))))
            .RequireScope(Scope.MovesWrite)
            .WithSummary("Roll a move back that is not decided yet.")
            .Produces<MoveView>();
    }

    private static Task<IResult> PlanAsync(string tenantId, MoveRequest request, MoveDesk desk, HttpContext http) => request.DryRun
        ? desk.TryAsync(tenantId, request, http.RequestAborted).AnswerAsync(TypedResults.Ok)
        : desk.PlanAsync(tenantId, request, Caller.Of(http), http.RequestAborted)
            .AnswerAsync(planned => TypedResults.Accepted($"/moves/{planned.MoveId}", MoveView.Of(planned)));
}
