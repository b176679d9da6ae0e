using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Tessera.Router.Proxying;

/// <summary>When a request may be sent a second time to the cell that did not answer it: when nothing of it can have been done, or doing it twice is once.</summary>
internal static class Repeats
{
    public static bool IsSafe(HttpContext context, KeptBody? body, ForwarderError outcome, Exception? exception) =>
        IsHere(context, body)
        && (Failure.NeverConnected(outcome, exception)
            ? !Failure.TookLong(exception)
            : outcome == ForwarderError.Request && IsRead(context.Request.Method));

    private static bool IsHere(HttpContext context, KeptBody? body) =>
        body?.CanRepeat != false && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested && !Sockets.IsSocket(context);

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
