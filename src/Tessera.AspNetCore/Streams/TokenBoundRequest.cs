using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Tessera.AspNetCore.Streams.Grpc;

namespace Tessera.AspNetCore.Streams;

/// <summary>A request that lasts no longer than its token is good: every gRPC call, and endpoints that say so.</summary>
internal static class TokenBoundRequest
{
    /// <summary>What is left, after its cancellation, to a handler that does not listen to it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    public static bool Is(HttpContext context) =>
        GrpcCall.Is(context.Request) || context.GetEndpoint()?.Metadata.GetMetadata<EndsWithTokenMetadata>() is not null;

    public static async Task RunAsync(HttpContext context, string token, LiveTokens tokens, TimeProvider clock, RequestDelegate next)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        await using var end = new RequestEnd(context, bound, clock, Grace);
        using var watch = tokens.Add(token, end.Begin);
        context.RequestAborted = bound.Token;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (end.HasBegun)
        {
            // The handler ended as it was told to; whatever the caller is told follows.
        }

        if (end.HasBegun)
        {
            Tell(context);
        }
    }

    private static void Tell(HttpContext context)
    {
        if (GrpcCall.Is(context.Request))
        {
            GrpcCall.Finish(context.Response, GrpcStatus.Unauthenticated, "The token is no longer good.");
        }
        else if (context.Response.HasStarted)
        {
            context.Abort(); // so that a cut answer is not taken for a whole one
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        }
    }
}

/// <summary>Says that an endpoint's answer lasts no longer than the token.</summary>
internal sealed class EndsWithTokenMetadata
{
    public static readonly EndsWithTokenMetadata Instance = new();
}

/// <summary>Long answers of plain HTTP, such as server-sent events.</summary>
public static class TokenBoundEndpoints
{
    /// <summary>Cancels <c>RequestAborted</c> within a second when the caller's token is revoked or expires or its tenant is suspended, and cuts the answer half a second later.</summary>
    public static TBuilder EndWithToken<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(EndsWithTokenMetadata.Instance));
        return builder;
    }
}
