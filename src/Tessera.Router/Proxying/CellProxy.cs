using System.Net;
using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Feed;
using Tessera.Router.Map;
using Yarp.ReverseProxy.Forwarder;

namespace Tessera.Router.Proxying;

/// <summary>Passes a request on to its cell. A cell that is down is told to its own tenants and to nobody else.</summary>
internal sealed class CellProxy(
    RouteMap map, AuthHost authHost, IHttpForwarder forwarder, CellTransformer transformer, CellWatch watch) : IDisposable
{
    private const string RetryAfterSeconds = "5";

    private static readonly ForwarderRequestConfig Request = new()
    {
        ActivityTimeout = TimeSpan.FromSeconds(30),
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    // The handler keeps a pool of connections for each endpoint, so no cell waits for another's.
    private readonly HttpMessageInvoker _cells = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    public async Task PassOnAsync(HttpContext context)
    {
        switch (Destination.Of(context.Request, authHost, map))
        {
            case Destination.Refused(var error):
                await RefuseAsync(context, error);
                break;
            case Destination.Found when HttpMethods.IsConnect(context.Request.Method):
                await RefuseAsync(context, Refusals.MethodNotAllowed); // the forwarder would throw, and log it, each time
                break;
            case Destination.Found when context.Request.ContentLength > Listening.MaxBodyBytes:
                await RefuseAsync(context, Refusals.BodyTooLarge);
                break;
            case Destination.Found(var cell):
                await ForwardAsync(context, cell);
                break;
        }
    }

    public void Dispose() => _cells.Dispose();

    private async Task ForwardAsync(HttpContext context, CellEntry cell)
    {
        var outcome = await forwarder.SendAsync(context, cell.Endpoint!, _cells, Request, transformer);
        var error = Failure.Of(outcome, context.Features.Get<IForwarderErrorFeature>()?.Exception);
        watch.Saw(cell.CellId, isReached: error != Refusals.CellUnavailable);
        if (error is not null && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await RefuseAsync(context, error);
        }
    }

    private static Task RefuseAsync(HttpContext context, Error error)
    {
        if (error == Refusals.CellUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        return context.AnswerAsync(error);
    }
}
