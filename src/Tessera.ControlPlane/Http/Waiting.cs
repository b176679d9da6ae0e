using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Tessera.ControlPlane.Http;

/// <summary>Answers that wait for something to happen.</summary>
internal static class Waiting
{
    /// <summary>Stopping must not wait for those who wait: they are told 503 and come again.</summary>
    public static async Task<IResult> AnswerAsync(HttpContext http, IHostApplicationLifetime life, Func<CancellationToken, Task<IResult>> answer)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        try
        {
            return await answer(until.Token);
        }
        catch (OperationCanceledException) when (life.ApplicationStopping.IsCancellationRequested)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }
    }
}
