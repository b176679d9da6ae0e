using System.Text.Json;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Limits;

/// <summary>Tells an <see cref="Error"/> as RFC 9457 has it.</summary>
internal static class ProblemResponse
{
    public static Task WriteAsync(HttpContext context, Error error)
    {
        context.Response.StatusCode = error.Status;
        context.Response.ContentType = Problem.MediaType;
        context.Response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(context.Response.Body, Problem.From(error), WireJson.Default.Problem, context.RequestAborted);
    }

    public static IResult Result(Error error) =>
        Results.Json(Problem.From(error), WireJson.Default.Problem, Problem.MediaType, error.Status);
}
