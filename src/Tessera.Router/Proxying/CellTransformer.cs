using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Tessera.Router.Proxying;

/// <summary>
/// What a cell gets to see: the request with its original host, and what the router knows of the source. Headers that
/// claim to come from the router or another proxy are dropped, whoever sent them.
/// </summary>
internal sealed class CellTransformer(AuthHost authHost) : HttpTransformer
{
    private static readonly string[] DroppedPrefixes = ["Tessera-", "X-Forwarded", "X-Original", "X-Amzn-"];

    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "Forwarded", "X-Real-IP", "X-Rewrite-URL", "X-HTTP-Method-Override",
    };

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        var inbound = httpContext.Request.Headers;
        foreach (var name in inbound.Keys.Where(IsDropped).ToArray())
        {
            inbound.Remove(name);
        }

        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

        proxyRequest.Headers.Host = httpContext.Request.Host.Value;
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-For", httpContext.Connection.RemoteIpAddress?.ToString());
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", authHost.Scheme);
    }

    private static bool IsDropped(string name) =>
        Dropped.Contains(name) || DroppedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
}
