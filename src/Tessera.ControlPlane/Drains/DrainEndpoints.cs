using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Http;

namespace Tessera.ControlPlane.Drains;

internal static class DrainEndpoints
{
    public static void MapDrains(this IEndpointRouteBuilder routes)
    {
        var cells = routes.MapGroup("/cells/{cell}").WithTags("Cells");

        cells.MapPost("/drain", (string cell, DrainRequest request, DrainDesk desk, HttpContext http) => desk
                .BeginAsync(cell, request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.CellsWrite)
            .WithSummary("Move all tenants with a realm of their own out of a cell, a few at a time. Open the cell to end it.")
            .Produces<DrainView>();

        cells.MapGet("/drain", (string cell, DrainDesk desk, CancellationToken cancellation) => desk
                .FindAsync(cell, cancellation)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.CellsRead)
            .WithSummary("How far the draining of a cell is.")
            .Produces<DrainView>();

        cells.MapPost("/declare-lost", (string cell, LossRequest request, CellLoss loss, HttpContext http) => loss
                .DeclareAsync(cell, request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.CellsWrite)
            .WithSummary("Attest that a cell is destroyed, so that its tenants can be restored from a copy of its database. It never comes back.")
            .Produces<CellView>();
    }
}
