using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tessera.Contracts.Errors;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Http;

/// <summary>Turns whatever the framework refuses or a bug throws into a Problem. No exception's text reaches the caller.</summary>
internal sealed partial class Refusals(ILogger<Refusals> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            return true;
        }

        var error = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } => Of(json),
            BadHttpRequestException bad => OfStatus(bad.StatusCode),
            OperationCanceledException => ClientErrors.MakingExpired(), // nobody hung up: a deadline of ours, and what was begun is undone
            _ when StoreOutage.Is(exception) => HttpErrors.StoreUnavailable(),
            _ => HttpErrors.Internal(),
        };
        if (error.Status == StatusCodes.Status500InternalServerError || StoreOutage.Is(exception))
        {
            Failed(log, exception, httpContext.GetEndpoint()?.DisplayName);
        }

        if (error.Status == StatusCodes.Status503ServiceUnavailable)
        {
            httpContext.Response.Headers.RetryAfter = "5";
        }

        await ProblemResult.WriteAsync(httpContext.Response, error);
        return true;
    }

    /// <summary>Gives a bare status of the framework (no route, wrong method) the body every refusal has.</summary>
    public static Task WriteBareStatusAsync(StatusCodeContext context) =>
        ProblemResult.WriteAsync(context.HttpContext.Response, OfStatus(context.HttpContext.Response.StatusCode));

    private static Error OfStatus(int status) => status switch
    {
        404 => HttpErrors.NotFound(),
        405 => HttpErrors.MethodNotAllowed(),
        413 => HttpErrors.BodyTooLarge(),
        415 => HttpErrors.UnsupportedMediaType(),
        500 => HttpErrors.Internal(),
        _ => HttpErrors.BadRequest(),
    };

    // The serializer tells an unknown member only in the words of its message.
    private static Error Of(JsonException json)
    {
        var field = json.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
        if (UnknownMember().Match(json.Message) is { Success: true } unknown)
        {
            var name = unknown.Groups["name"].Value;
            return HttpErrors.UnknownMember(Bounded(field is null ? name : field.EndsWith(name, StringComparison.Ordinal) ? field : $"{field}.{name}"));
        }

        return field is null ? HttpErrors.BodyMalformed() : HttpErrors.WrongType(Bounded(field));
    }

    private static string Bounded(string field) => field.Length <= 200 ? field : field[..200];

    [GeneratedRegex(@"\AThe JSON property '(?<name>[^']*)' could not be mapped")]
    private static partial Regex UnknownMember();

    [LoggerMessage(EventId = 100, Level = LogLevel.Error, Message = "The request to {Endpoint} failed.")]
    private static partial void Failed(ILogger log, Exception exception, string? endpoint);
}
