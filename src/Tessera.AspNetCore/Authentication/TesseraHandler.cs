using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Errors;
using Tessera.AspNetCore.Profiles;
using Tessera.AspNetCore.Profiles.Access;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;

namespace Tessera.AspNetCore.Authentication;

/// <summary>Authenticates the bearer of an access token (RFC 6750, the Authorization header alone).</summary>
internal sealed partial class TesseraHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TokenVerifier verifier,
    EndpointDeclarations declarations, ProfileClaims? profiles = null)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Prefix = "Bearer ";
    private const string TenantParameter = "tessera.tenant";

    /// <summary>The tenant of a successful result.</summary>
    public static TenantEntry TenantOf(AuthenticateResult result) => result.Properties!.GetParameter<TenantEntry>(TenantParameter)!;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var result = Authenticate();
        if (result.Succeeded && profiles is not null && declarations.Of(Context.GetEndpoint()).DemandsTenant)
        {
            await profiles.AddAsync(result.Principal, Context.RequestAborted);
        }

        return result;
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // RFC 6750 section 3.1: a request without a token is told only what to bring. Nobody is told what was wrong.
        var refused = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.StatusCode = 401;
        Response.Headers.WWWAuthenticate = refused ? "Bearer error=\"invalid_token\"" : "Bearer";
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => ProblemResult.WriteAsync(Context, PermissionRequirement.Missing(Context));

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
        var identity = new TenantIdentity(TokenClaims.Of(accepted), Scheme.Name, accepted.Tenant.TenantId);
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
