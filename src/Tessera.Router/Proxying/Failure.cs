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
        _ when NeverConnected(outcome, exception) => Refusals.CellUnavailable,
        ForwarderError.RequestTimedOut => Refusals.CellTimeout,
        ForwarderError.RequestBodyClient => OfBody(exception),
        _ => Refusals.CellFailed,
    };

    /// <summary>What is wrong with a body that could not be read.</summary>
    public static Error OfBody(Exception? exception) =>
        Has(exception, StatusCodes.Status413PayloadTooLarge) ? Refusals.BodyTooLarge
        : Has(exception, StatusCodes.Status408RequestTimeout) ? Refusals.BodyTooSlow
        : Refusals.BodyUnreadable;

    // SocketsHttpHandler tells its own connect timeout from other cancellations by an inner TimeoutException.
    public static bool NeverConnected(ForwarderError outcome, Exception? exception) =>
        outcome is ForwarderError.Request or ForwarderError.RequestTimedOut
        && exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        } or OperationCanceledException { InnerException: TimeoutException };

    /// <summary>Connecting was given up after a while, rather than refused at once.</summary>
    public static bool TookLong(Exception? exception) => exception is OperationCanceledException;

    private static bool Has(Exception? exception, int status)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            if (e is BadHttpRequestException bad && bad.StatusCode == status)
            {
                return true;
            }

            if (e is AggregateException several && several.InnerExceptions.Any(inner => Has(inner, status)))
            {
                return true;
            }
        }

        return false;
    }
}
