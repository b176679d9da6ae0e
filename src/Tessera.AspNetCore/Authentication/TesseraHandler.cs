using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;

namespace Tessera.AspNetCore.Authentication;

/// <summary>Authenticates the bearer of an access token (RFC 6750, the Authorization header alone).</summary>
internal sealed partial class TesseraHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TokenVerifier verifier)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Prefix = "Bearer ";
    private const string TenantParameter = "tessera.tenant";

    /// <summary>The tenant of a successful result.</summary>
    public static TenantEntry TenantOf(AuthenticateResult result) => result.Properties!.GetParameter<TenantEntry>(TenantParameter)!;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // RFC 6750 section 3.1: a request without a token is told only what to bring. Nobody is told what was wrong.
        var refused = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.StatusCode = 401;
        Response.Headers.WWWAuthenticate = refused ? "Bearer error=\"invalid_token\"" : "Bearer";
    }

    private AuthenticateResult Authenticate()
    {
        var headers = Request.Headers.Authorization;
        if (headers.Count > 1)
        {
            return Refuse(TokenFailure.Malformed);
        }

        if (headers is not [{ } header] || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        return verifier.Verify(header[Prefix.Length..].Trim(' ')) switch
        {
            TokenVerdict.Accepted accepted => Accept(accepted),
            TokenVerdict.Refused refused => Refuse(refused.Failure),
            _ => throw new InvalidOperationException("A verdict is one of two."),
        };
    }

    private AuthenticateResult Accept(TokenVerdict.Accepted accepted)
    {
        var identity = new ClaimsIdentity(TokenClaims.Of(accepted), Scheme.Name, nameType: "sub", roleType: "roles");
        var properties = new AuthenticationProperties();
        properties.SetParameter(TenantParameter, accepted.Tenant);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), properties, Scheme.Name));
    }

    private AuthenticateResult Refuse(TokenFailure failure)
    {
        LogRefused(Logger, failure);
        return AuthenticateResult.Fail(failure.ToString());
    }

    [LoggerMessage(100, LogLevel.Information, "Token refused: {Failure}.")]
    private static partial void LogRefused(ILogger logger, TokenFailure failure);
}
