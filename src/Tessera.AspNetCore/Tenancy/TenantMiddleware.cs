using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Streams;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Tenancy;

/// <summary>
/// Sets the scope's tenant from the verified token and from nothing else. A request that names another tenant anywhere is
/// refused rather than half obeyed. Without a token there is no tenant, and reading it throws.
/// </summary>
internal sealed partial class TenantMiddleware(RequestDelegate next, LiveTokens tokens, TimeProvider clock, ILogger<TenantMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context, TenantScope scope)
    {
        KeepFromCaches(context.Response);
        var result = await context.AuthenticateAsync(TesseraDefaults.Scheme);
        if (result.Succeeded)
        {
            var tenant = TesseraHandler.TenantOf(result);
            if (await TenantMentions.FindOtherThanAsync(tenant, context) is { } place)
            {
                LogConflict(logger, tenant.TenantId.ToString(), place);
                await TenantConflict.AnswerAsync(context, place);
                return;
            }

            scope.Set(tenant.TenantId);
            if (TokenBoundRequest.Is(context))
            {
                await TokenBoundRequest.RunAsync(context, TesseraHandler.TokenOf(result), tokens, clock, next);
                return;
            }
        }

        await next(context);
    }

    // A shared cache may not tell one bearer from another, nor somebody refused from somebody let in. An endpoint whose
    // answer is everybody's says so itself.
    private static void KeepFromCaches(HttpResponse response) => response.Headers.CacheControl = "no-store";

    // The other tenant's name is the caller's text and stays out of the log.
    [LoggerMessage(200, LogLevel.Warning, "A token of tenant {TenantId} came with another tenant in {Place}.")]
    private static partial void LogConflict(ILogger logger, string tenantId, string place);
}
