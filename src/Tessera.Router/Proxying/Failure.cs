using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Errors;
using Yarp.ReverseProxy.Forwarder;

namespace Tessera.Router.Proxying;

/// <summary>What a caller is told when forwarding failed. "Unavailable" is said only where the cell has seen nothing.</summary>
internal static class Failure
{
    public static Error? Of(ForwarderError outcome, Exception? exception) => outcome switch
    {
        ForwarderError.None => null,
        ForwarderError.Request when NeverConnected(exception) => Refusals.CellUnavailable,
        ForwarderError.RequestTimedOut when NeverConnected(exception) => Refusals.CellUnavailable,
        ForwarderError.RequestTimedOut => Refusals.CellTimeout,
        ForwarderError.RequestBodyClient when IsTooLarge(exception) => Refusals.BodyTooLarge,
        ForwarderError.RequestBodyClient => Refusals.BodyUnreadable,
        _ => Refusals.CellFailed,
    };

    // SocketsHttpHandler tells its own connect timeout from other cancellations by an inner TimeoutException.
    private static bool NeverConnected(Exception? exception) => exception
        is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        }
        or OperationCanceledException { InnerException: TimeoutException };

    private static bool IsTooLarge(Exception? exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
            {
                return true;
            }

            if (e is AggregateException several && several.InnerExceptions.Any(IsTooLarge))
            {
                return true;
            }
        }

        return false;
    }
}
