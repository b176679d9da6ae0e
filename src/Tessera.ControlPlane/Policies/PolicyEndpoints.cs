using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Tessera.Contracts.Policies;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Keys;
using Tessera.ControlPlane.Revocations;

namespace Tessera.ControlPlane.Policies;

internal static class PolicyEndpoints
{
    private const int LongestWait = 30;

    public static void MapPolicy(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/policy", async (PolicyDesk desk, CancellationToken cancellation) => PolicyView.Of(await desk.ReadAsync(cancellation)))
            .RequireScope(Scope.PolicyRead)
            .WithTags("Policy")
            .WithSummary("What rules for tenants without rules of their own, and whose rule each value is.");

        routes.MapPut("/policy", (PolicyRequest request, PolicyDesk desk, HttpContext http) => desk
                .RuleAsync(request, Caller.Of(http), http.RequestAborted)
                .AnswerAsync(TypedResults.Ok))
            .RequireScope(Scope.PolicyWrite)
            .WithTags("Policy")
            .WithSummary("Rule for the whole platform, in one call: every cell applies it within seconds. What is left out is as built in.")
            .Produces<PolicyView>();

        routes.MapPost("/cells/{cell}/policy", TellAsync)
            .AllowAnonymousBecause("The statement in the body is signed with the key the cell joined with.")
            .WithTags("Cells")
            .WithSummary("As a cell, ask for the platform's rules, signed; waits for later ones as long as asked to.")
            .Produces<string>(StatusCodes.Status200OK, Jose.MediaType);
    }

    private static async Task<IResult> TellAsync(
        string cell, PolicyQuestion question, CellStatements statements, PolicyBoard board, ControlKey key, IHostApplicationLifetime life, HttpContext http)
    {
        var check = new Check();
        check.Within(question.Wait, "wait", 0, LongestWait);
        if (check.Failed(out var fault))
        {
            return new ProblemResult(fault);
        }

        if (await statements.OpenAsync(cell, question.Statement, http.RequestAborted) is null)
        {
            return new ProblemResult(RevocationErrors.CellStatementRefused());
        }

        return await Waiting.AnswerAsync(http, life, async until =>
            Jose.Of((await board.ReadAsync(question.After, TimeSpan.FromSeconds(question.Wait), until)).Sign(key.Identity)));
    }
}
