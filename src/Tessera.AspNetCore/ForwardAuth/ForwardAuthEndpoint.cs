using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Errors;
using Tessera.AspNetCore.Tenancy;
using Tessera.Contracts.Errors;

namespace Tessera.AspNetCore.ForwardAuth;

/// <summary>
/// Answers a proxy that asks about a request before it passes it on: nginx's <c>auth_request</c>, Traefik's ForwardAuth,
/// Envoy's <c>ext_authz</c> over HTTP. 200 with who it is, every header set, so that the proxy overwrites what the caller
/// wrote there; 401 or 403 otherwise.
/// </summary>
public static partial class ForwardAuthEndpoint
{
    /// <summary>Maps the address proxies ask at, and everything below it, where Envoy appends the request's own path. For proxies alone: callers have no business there.</summary>
    public static IEndpointConventionBuilder MapTesseraForwardAuth(this IEndpointRouteBuilder endpoints, string pattern) =>
        endpoints.Map($"{pattern.TrimEnd('/')}/{{**original}}", AnswerAsync).WithMetadata(Marker.Instance).AllowAnonymous();

    internal static bool Is(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<Marker>() is not null;

    private static async Task AnswerAsync(HttpContext context, TenantMentions mentions)
    {
        context.Response.Headers.CacheControl = "no-store";
        var result = await context.AuthenticateAsync(TesseraDefaults.Scheme);
        if (!result.Succeeded)
        {
            await context.ChallengeAsync(TesseraDefaults.Scheme);
            return;
        }

        var tenant = TesseraHandler.TenantOf(result);
        if ((await mentions.FindOtherThanAsync(tenant, context) ?? OriginalUri.FindOtherThan(tenant, context.Request)) is { } place)
        {
            LogConflict(Logger(context), tenant.TenantId.ToString(), place);
            await TenantConflict.AnswerAsync(context, place);
        }
        else if (ProxyHeaders.FindAmbiguous(context.Request.Headers) is { } name)
        {
            await ProblemResult.WriteAsync(context, new Error("header_ambiguous", StatusCodes.Status403Forbidden, "The request has a header whose name some applications read as one of Tessera's. Leave it out.", name));
        }
        else if (ScopeDemand.Missing(context.Request.Headers, result.Principal) is { } challenge)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            context.Response.Headers.WWWAuthenticate = challenge;
        }
        else
        {
            ProxyHeaders.Write(context.Response.Headers, tenant, result.Principal);
        }
    }

    private static ILogger Logger(HttpContext context) =>
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ForwardAuthEndpoint));

    [LoggerMessage(430, LogLevel.Warning, "A proxied request with a token of tenant {TenantId} named another tenant in {Place}.")]
    private static partial void LogConflict(ILogger logger, string tenantId, string place);

    private sealed class Marker
    {
        public static readonly Marker Instance = new();
    }
}
