using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Wire;

namespace Tessera.AspNetCore.Errors;

/// <summary>The one way an <see cref="Error"/> leaves this library.</summary>
internal sealed class ProblemResult(Error error) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, error);

    /// <param name="status">Told instead of the error's own, to a caller to whom that would mean something else.</param>
    public static Task WriteAsync(HttpContext context, Error error, int? status = null)
    {
        context.Response.StatusCode = status ?? error.Status;
        return context.Response.WriteAsJsonAsync(Problem.From(error), WireJson.Default.Problem, Problem.MediaType, context.RequestAborted);
    }
}
