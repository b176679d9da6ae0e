using System.Net;
using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Feed;
using Tessera.Router.Health;
using Yarp.ReverseProxy.Forwarder;

namespace Tessera.Router.Proxying;

/// <summary>One request to one cell, a second time where that is safe, and what it showed of the cell.</summary>
internal sealed class CellCall(IHttpForwarder forwarder, CellTransformer transformer, CellWatch watch, RouterOptions options) : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);

    private readonly ForwarderRequestConfig _request = ConfigOf(AnswerLimit);
    private readonly ForwarderRequestConfig _socket = ConfigOf(TimeSpan.FromSeconds(options.WebSocketIdleSeconds));

    // The handler keeps a pool of connections for each endpoint, so no cell waits for another's.
    private readonly HttpMessageInvoker _cells = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    public async Task<(ForwarderError Outcome, Exception? Exception)> SendAsync(HttpContext context, CellEntry cell, WatchedCell watched, KeptBody? body)
    {
        var (outcome, exception) = await SendOnceAsync(context, cell, watched);
        if (Repeats.IsSafe(context, body, outcome, exception))
        {
            body?.Repeat();
            (outcome, exception) = await SendOnceAsync(context, cell, watched);
        }

        return (outcome, exception);
    }

    public void Dispose() => _cells.Dispose();

    private async Task<(ForwarderError, Exception?)> SendOnceAsync(HttpContext context, CellEntry cell, WatchedCell watched)
    {
        var config = Sockets.IsSocket(context) ? _socket : _request;
        context.Response.StatusCode = StatusCodes.Status200OK; // what an answer that was not passed on has left
        var outcome = await forwarder.SendAsync(context, cell.Endpoint!, _cells, config, transformer);
        var exception = outcome == ForwarderError.None ? null : context.Features.Get<IForwarderErrorFeature>()?.Exception;
        Judge(context, watched, outcome, exception);
        return (outcome, exception);
    }

    private void Judge(HttpContext context, WatchedCell watched, ForwarderError outcome, Exception? exception)
    {
        if (Failure.NeverConnected(outcome, exception))
        {
            watch.Missed(watched);
        }
        else if (outcome == ForwarderError.None && !IsFromBefore(context.Response.StatusCode))
        {
            watch.Answered(watched);
        }
        else if (!context.RequestAborted.IsCancellationRequested)
        {
            watched.Health.Doubt();
        }
    }

    // Of something that stands before the cell. A 503 is the cell's own: it is there, and says that it is busy.
    private static bool IsFromBefore(int status) => status is StatusCodes.Status502BadGateway or StatusCodes.Status504GatewayTimeout;

    private static ForwarderRequestConfig ConfigOf(TimeSpan activity) => new()
    {
        ActivityTimeout = activity,
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
