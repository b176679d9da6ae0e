using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Wire;

namespace Tessera.ControlPlane.Http;

/// <summary>The one way an <see cref="Error"/> leaves this program.</summary>
internal sealed class ProblemResult(Error error) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext.Response, error);

    public static Task WriteAsync(HttpResponse response, Error error)
    {
        response.StatusCode = error.Status;
        return response.WriteAsJsonAsync(Problem.From(error), WireJson.Default.Problem, Problem.MediaType);
    }
}

internal static class OutcomeResults
{
    /// <summary>Answers with what <paramref name="done"/> makes of the value, or with the refusal.</summary>
    public static async Task<IResult> AnswerAsync<T>(this Task<Outcome<T>> pending, Func<T, IResult> done) =>
        (await pending).Answer(done);

    public static IResult Answer<T>(this Outcome<T> outcome, Func<T, IResult> done) => outcome switch
    {
        Outcome<T>.Done(var value) => done(value),
        Outcome<T>.Refused(var error) => new ProblemResult(error),
        _ => throw new InvalidOperationException("An outcome is either done or refused."),
    };
}
