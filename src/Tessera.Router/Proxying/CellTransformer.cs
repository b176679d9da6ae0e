using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Tessera.Router.Moves;
using Yarp.ReverseProxy.Forwarder;

namespace Tessera.Router.Proxying;

/// <summary>
/// What a cell gets to see: the request with its original host, and what the router knows of the source. Headers that
/// claim to come from the router or another proxy are dropped, whoever sent them; and what cells tell the router alone does not
/// leave it.
/// </summary>
internal sealed class CellTransformer(AuthHost authHost) : HttpTransformer
{
    private const string Own = "Tessera-";
    private static readonly string[] DroppedPrefixes = [Own, "X-Forwarded", "X-Original", "X-Amzn-"];

    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
    {
        "Forwarded", "X-Real-IP", "X-Rewrite-URL", "X-HTTP-Method-Override",
    };

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        DropClaims(httpContext.Request.Headers);
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);

        proxyRequest.Headers.Host = httpContext.Request.Host.Value;
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-For", httpContext.Connection.RemoteIpAddress?.ToString());
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", authHost.Scheme);
    }

    /// <summary>A 421 that says where the tenant has gone is not passed on: it is left in the context's features for who sent the request there.</summary>
    public override ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is not null)
        {
            if (MovedTo.Read(proxyResponse) is { } moved)
            {
                httpContext.Features.Set(moved);
                return new(false);
            }

            KeepOwn(proxyResponse.Headers);
        }

        return base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }

    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        KeepOwn(proxyResponse.TrailingHeaders);
        return base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken);
    }

    private static void DropClaims(IHeaderDictionary inbound)
    {
        List<string>? dropped = null;
        foreach (var (name, _) in inbound)
        {
            if (IsDropped(name))
            {
                (dropped ??= []).Add(name);
            }
        }

        dropped?.ForEach(name => inbound.Remove(name));
    }

    private static bool IsDropped(string name)
    {
        foreach (var prefix in DroppedPrefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return Dropped.Contains(name);
    }

    private static void KeepOwn(HttpResponseHeaders outbound)
    {
        List<string>? own = null;
        foreach (var (name, _) in outbound.NonValidated)
        {
            if (name.StartsWith(Own, StringComparison.OrdinalIgnoreCase))
            {
                (own ??= []).Add(name);
            }
        }

        own?.ForEach(name => outbound.Remove(name));
    }
}
