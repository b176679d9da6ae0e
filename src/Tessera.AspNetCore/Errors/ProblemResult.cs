using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Wire;

namespace Tessera.AspNetCore.Errors;

/// <summary>The one way an <see cref="Error"/> leaves this library.</summary>
internal sealed class ProblemResult(Error error) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, error);

    public static Task WriteAsync(HttpContext context, Error error)
    {
        context.Response.StatusCode = error.Status;
        return context.Response.WriteAsJsonAsync(Problem.From(error), WireJson.Default.Problem, Problem.MediaType, context.RequestAborted);
    }
}
