using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Profiles;
using Tessera.AspNetCore.Profiles.Access;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;

namespace Tessera.AspNetCore.Authentication;

/// <summary>Authenticates the bearer of an access token (RFC 6750).</summary>
internal sealed partial class TesseraHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TokenVerifier verifier,
    EndpointDeclarations declarations, ProfileClaims? profiles = null)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string TenantParameter = "tessera.tenant";
    private const string TokenParameter = "tessera.token";

    /// <summary>The tenant of a successful result.</summary>
    public static TenantEntry TenantOf(AuthenticateResult result) => result.Properties!.GetParameter<TenantEntry>(TenantParameter)!;

    /// <summary>The token of a successful result, for whatever outlives the request's beginning and must ask again.</summary>
    public static string TokenOf(AuthenticateResult result) => result.Properties!.GetParameter<string>(TokenParameter)!;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!BearerToken.TryRead(Request, out var token, out var unread))
        {
            return unread is { } failure ? Refuse(failure) : AuthenticateResult.NoResult();
        }

        return await verifier.VerifyAsync(token, Context.RequestAborted) switch
        {
            TokenVerdict.Accepted accepted => await AcceptAsync(accepted, token),
            TokenVerdict.Refused refused => Refuse(refused.Failure),
            _ => throw new InvalidOperationException("A verdict is one of two."),
        };
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var refusal = (await HandleAuthenticateOnceSafeAsync()).Failure as TokenRefusal;
        if (refusal is { IsOurs: true })
        {
            await TokenRefusal.TellUnavailableAsync(Response);
            return;
        }

        // RFC 6750 section 3.1: a request without a token is told only what to bring. Nobody is told what was wrong.
        Response.StatusCode = 401;
        Response.Headers.WWWAuthenticate = refusal is not null ? "Bearer error=\"invalid_token\"" : "Bearer";
    }

    // Other schemes may have to say no as well, which they cannot once an answer has begun: the middleware writes it.
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        PermissionRequirement.NoteForbidden(Context);
        return base.HandleForbiddenAsync(properties);
    }

    private async ValueTask<AuthenticateResult> AcceptAsync(TokenVerdict.Accepted accepted, string token)
    {
        var identity = new TenantIdentity(accepted.Token.Claims, Scheme.Name, accepted.Tenant.TenantId);
        var properties = new AuthenticationProperties();
        properties.SetParameter(TenantParameter, accepted.Tenant);
        properties.SetParameter(TokenParameter, token);
        var principal = new ClaimsPrincipal(identity);
        if (profiles is not null && declarations.Of(Context.GetEndpoint()).DemandsTenant)
        {
            await profiles.AddAsync(principal, Context.RequestAborted);
        }

        return AuthenticateResult.Success(new AuthenticationTicket(principal, properties, Scheme.Name));
    }

    private AuthenticateResult Refuse(TokenFailure failure)
    {
        if (TokenRefusal.IsOursAlone(failure))
        {
            LogUnavailable(Logger, failure);
        }
        else
        {
            LogRefused(Logger, failure);
        }

        return AuthenticateResult.Fail(new TokenRefusal(failure));
    }

    [LoggerMessage(100, LogLevel.Information, "Token refused: {Failure}.")]
    private static partial void LogRefused(ILogger logger, TokenFailure failure);

    [LoggerMessage(101, LogLevel.Warning, "Tokens cannot be verified: {Failure}.")]
    private static partial void LogUnavailable(ILogger logger, TokenFailure failure);
}
