using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Errors;
using Tessera.AspNetCore.Profiles.Access;
using Tessera.AspNetCore.Streams;
using Tessera.Contracts.Errors;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Tenancy;

/// <summary>
/// Sets the scope's tenant from the verified token and from nothing else, where the endpoint demands one. A request that
/// names another tenant anywhere is refused rather than half obeyed. Elsewhere there is no tenant, and reading it throws.
/// </summary>
internal sealed partial class TenantMiddleware(
    RequestDelegate next, EndpointDeclarations declarations, TenantMentions mentions, LiveTokens tokens, TimeProvider clock, ILogger<TenantMiddleware> logger)
{
    private static readonly Error Undeclared = new(
        "endpoint_undeclared", StatusCodes.Status403Forbidden, "The endpoint does not say where its tenant comes from, and is not served. The application's log has more.");

    public async Task InvokeAsync(HttpContext context, TenantScope scope)
    {
        KeepFromCaches(context.Response);
        var declaration = declarations.Of(context.GetEndpoint());
        if (RefusalOfUndeclared(declaration) is { } undeclared)
        {
            LogUndeclared(logger, context.GetEndpoint()!.DisplayName, declaration.Fault!);
            await ProblemResult.WriteAsync(context, undeclared);
            return;
        }

        var result = await context.AuthenticateAsync(TesseraDefaults.Scheme);
        if (result.Succeeded)
        {
            var tenant = TesseraHandler.TenantOf(result);
            if (await mentions.FindOtherThanAsync(tenant, context) is { } place)
            {
                LogConflict(logger, tenant.TenantId.ToString(), place);
                await TenantConflict.AnswerAsync(context, place);
                return;
            }

            if (MayHaveATenant(declaration))
            {
                scope.Set(tenant.TenantId);
            }

            if (TokenBoundRequest.Is(context))
            {
                await TokenBoundRequest.RunAsync(context, TesseraHandler.TokenOf(result), tokens, clock, next);
                return;
            }
        }

        await next(context);
        if (PermissionRequirement.RefusalOf(context) is { } refusal)
        {
            await ProblemResult.WriteAsync(context, refusal);
        }
    }

    // Those that were there at the start were checked then; this one came later.
    private static Error? RefusalOfUndeclared(EndpointDeclaration declaration) => declaration.Fault is null ? null : Undeclared;

    private static bool MayHaveATenant(EndpointDeclaration declaration) => declaration.DemandsTenant;

    // A shared cache may not tell one bearer from another, nor somebody refused from somebody let in. An endpoint whose
    // answer is everybody's says so itself.
    private static void KeepFromCaches(HttpResponse response) => response.Headers.CacheControl = "no-store";

    // The other tenant's name is the caller's text and stays out of the log.
    [LoggerMessage(200, LogLevel.Warning, "A token of tenant {TenantId} came with another tenant in {Place}.")]
    private static partial void LogConflict(ILogger logger, string tenantId, string place);

    [LoggerMessage(201, LogLevel.Error, "Refused a request: {Endpoint} {Fault}")]
    private static partial void LogUndeclared(ILogger logger, string? endpoint, string fault);
}
