using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Keys;

namespace Tessera.ControlPlane.Feed;

internal static class FeedEndpoints
{
    public static void MapFeed(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/feed", FeedAsync)
            .RequireScope(Scope.FeedRead)
            .WithTags("Feed")
            .WithSummary("What changed after a revision, signed; waits for something to change as long as asked to.")
            .Produces<string>(StatusCodes.Status200OK, Jose.MediaType);

        routes.MapGet("/directory/key", (ControlKey key) => TypedResults.Json(key.Public, WireJson.Default.PublicJwk))
            .AllowAnonymousBecause("A public key. Consumers pin it out of band and do not trust this answer.")
            .WithTags("Feed")
            .WithSummary("The public key that verifies the feed.")
            .Produces<PublicJwk>();
    }

    private static async Task<IResult> FeedAsync(
        string? after, string? wait, FeedReader feed, ControlKey key, IHostApplicationLifetime life, HttpContext http)
    {
        var check = new Check();
        var revision = check.Number(after, "after", 0, long.MaxValue, 0);
        var seconds = check.Number(wait, "wait", 0, 30, 0);
        if (check.Failed(out var fault))
        {
            return new ProblemResult(fault);
        }

        return await Waiting.AnswerAsync(http, life, async until =>
            (await feed.ReadAsync(revision, TimeSpan.FromSeconds(seconds), until)).Answer(page => Jose.Of(
                CompactJws.Sign(key.Identity, FeedPage.MediaType, JsonSerializer.SerializeToUtf8Bytes(page, WireJson.Default.FeedPage)))));
    }
}
