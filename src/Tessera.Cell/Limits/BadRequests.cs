using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Pages;
using Tessera.Cell.Passwords;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Postgres.Rows;

namespace Tessera.Cell.Limits;

/// <summary>
/// The outermost wall: what is too large or malformed before any endpoint sees it is the caller's error, and a store that
/// is away is a 503, each in the words of its door. Everything else is a bug: logged, and told without a detail.
/// </summary>
internal sealed partial class BadRequests(RealmLookup realms, ILogger<BadRequests> logger) : IMiddleware
{
    /// <summary>Kestrel reads no more of a body, and says so with an exception to whoever does.</summary>
    public const int MaxBody = 64 * 1024;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (e is WriteFencedException && context.RequestServices.GetRequiredService<RealmScope>().Find() is { } stale)
            {
                realms.Forget(stale.Id, stale.SignIn.Authority);
            }

            var (status, description) = Explain(e);
            if (status >= StatusCodes.Status500InternalServerError)
            {
                LogFailure(context.Request.Method, context.GetEndpoint()?.DisplayName, e);
            }

            await RefuseAsync(context, status, description);
        }
    }

    private static (int Status, string Description) Explain(Exception e) => e switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge, "The request body is larger than 64 KiB, or 4 MiB for an import or a page of rows."),
        BadHttpRequestException bad => (bad.StatusCode, "The request is malformed."),
        InvalidDataException => (StatusCodes.Status400BadRequest, "The form is malformed, or has too many or too long fields."),
        WriteFencedException => (StatusCodes.Status409Conflict, "The tenant is suspended or being moved; nothing of it can be changed meanwhile."),
        DbUpdateConcurrencyException => (StatusCodes.Status409Conflict, "Something else changed this at the same moment. Try again."),
        PasswordWorkersBusyException => (StatusCodes.Status503ServiceUnavailable, "Many people are signing in just now. Try again in a few seconds."),
        RealmBusyException => (StatusCodes.Status503ServiceUnavailable, "Writes of the realm have not come to an end in time. Try again."),
        _ when StoreFaults.IsOutage(e) => (StatusCodes.Status503ServiceUnavailable, "The store does not answer. Try again in a few seconds."),
        _ => (StatusCodes.Status500InternalServerError, "Something went wrong here. The operator has been told."),
    };

    private static Task RefuseAsync(HttpContext context, int status, string description)
    {
        var door = context.Features.Get<AtDoor>()?.Door;
        context.Response.Clear();
        SecurityHeaders.Set(context.Response.Headers);
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "5";
        }

        var error = status >= StatusCodes.Status500InternalServerError
            ? status == StatusCodes.Status503ServiceUnavailable ? "temporarily_unavailable" : "server_error"
            : status == StatusCodes.Status409Conflict ? "conflict" : "invalid_request";
        if (door == Door.Control)
        {
            return ProblemResponse.WriteAsync(context, new(error, status, description));
        }

        if (door == Door.SignIn && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal))
        {
            var realm = context.RequestServices.GetRequiredService<RealmScope>().Realm;
            return Page.Message(realm, "This did not work", description, status).ExecuteAsync(context);
        }

        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new { error, error_description = description }, context.RequestAborted);
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} {Endpoint} failed.")]
    private partial void LogFailure(string method, string? endpoint, Exception exception);
}
