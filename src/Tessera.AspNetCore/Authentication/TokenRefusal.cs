using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Wire;

namespace Tessera.AspNetCore.Authentication;

/// <summary>A refused token as the authentication framework carries it, and as it is told to the caller.</summary>
internal sealed class TokenRefusal(TokenFailure failure) : AuthenticationFailureException(failure.ToString())
{
    private const string Seconds = "5";

    // What a caller can do about it is to try again, here or at another instance; its token may be perfectly good.
    private static readonly Error Unavailable = new(
        "verification_unavailable", StatusCodes.Status503ServiceUnavailable, "Tokens cannot be verified here just now. Try again in a few seconds.");

    public bool IsOurs => IsOursAlone(failure);

    /// <summary>The failure says nothing about the token: what it would be judged by is not there, or too old.</summary>
    public static bool IsOursAlone(TokenFailure failure) =>
        failure is TokenFailure.DirectoryBehind or TokenFailure.DirectoryStale or TokenFailure.KeysNotFetched;

    public static Task TellUnavailableAsync(HttpResponse response)
    {
        response.StatusCode = Unavailable.Status;
        response.Headers.RetryAfter = Seconds;
        return response.WriteAsJsonAsync(Problem.From(Unavailable), WireJson.Default.Problem, Problem.MediaType, response.HttpContext.RequestAborted);
    }
}
