using System.Reflection;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Hubs;

/// <summary>
/// Gives every invocation, a scope of its own, the tenant of its connection, after its token was verified again; and gives
/// the hub clients and groups that are the tenant's own. A hub marked with <c>[AllowAnonymous]</c> is left alone.
/// </summary>
internal sealed partial class TenantHubFilter(TokenVerifier verifier, LiveConnections connections, ILogger<TenantHubFilter> logger) : IHubFilter
{
    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        if (!IsOpen(context.Hub))
        {
            var (tenant, token) = await LetInAsync(context.Context);
            connections.Add(context.Context, tenant, token);
            await context.Hub.Groups.AddToGroupAsync(context.Context.ConnectionId, TenantGroup.Everyone(tenant.TenantId), context.Context.ConnectionAborted);
            Enter(context.ServiceProvider, context.Hub, context.Context, tenant.TenantId);
        }

        try
        {
            await next(context);
        }
        catch
        {
            connections.Remove(context.Context.ConnectionId); // SignalR calls no OnDisconnectedAsync then
            throw;
        }
    }

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (!IsOpen(invocationContext.Hub))
        {
            var tenant = await VerifyAgainAsync(invocationContext.Context);
            Enter(invocationContext.ServiceProvider, invocationContext.Hub, invocationContext.Context, tenant.TenantId);
            if (HubMentions.FindOtherThan(tenant, invocationContext.HubMethod, invocationContext.HubMethodArguments) is { } place)
            {
                LogConflict(logger, tenant.TenantId.ToString(), place);
                throw new HubException($"tenant_conflict: The invocation names another tenant than the connection's token ({place}).");
            }
        }

        return await next(invocationContext);
    }

    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        // Whoever it was, its leaving is tidied up in its own tenant, be that suspended meanwhile.
        if (!IsOpen(context.Hub) && connections.Find(context.Context.ConnectionId) is { } connection)
        {
            Enter(context.ServiceProvider, context.Hub, context.Context, connection.Tenant.TenantId);
        }

        try
        {
            await next(context, exception);
        }
        finally
        {
            connections.Remove(context.Context.ConnectionId);
        }
    }

    private static bool IsOpen(Hub hub) => hub.GetType().GetCustomAttribute<AllowAnonymousAttribute>(inherit: true) is not null;

    // The request of the connection, whatever scheme the application's endpoint was happy with.
    private async Task<(TenantEntry Tenant, string Token)> LetInAsync(HubCallerContext connection)
    {
        var result = connection.GetHttpContext() is { } request ? await request.AuthenticateAsync(TesseraDefaults.Scheme) : AuthenticateResult.NoResult();
        if (result.Succeeded)
        {
            return (TesseraHandler.TenantOf(result), TesseraHandler.TokenOf(result));
        }

        LogNotLetIn(logger);
        connection.Abort();
        throw new HubException("The connection has no verified tenant.");
    }

    private async ValueTask<TenantEntry> VerifyAgainAsync(HubCallerContext connection)
    {
        if (connections.Find(connection.ConnectionId) is { } known)
        {
            var verdict = await verifier.VerifyAsync(known.Token, connection.ConnectionAborted);
            if (IsStillGood(verdict, known.Tenant.TenantId))
            {
                return (verdict as TokenVerdict.Accepted)?.Tenant ?? known.Tenant;
            }
        }

        connection.Abort();
        throw new HubException("The token is no longer good.");
    }

    private static bool IsStillGood(TokenVerdict verdict, TenantId ofConnection) =>
        verdict is TokenVerdict.Accepted accepted && accepted.Tenant.TenantId == ofConnection;

    private void Enter(IServiceProvider scope, Hub hub, HubCallerContext connection, TenantId tenant)
    {
        scope.GetRequiredService<TenantScope>().Set(tenant);
        hub.Clients = new TenantCallerClients(hub.Clients, tenant, connection.ConnectionId, connections);
        hub.Groups = new TenantGroups(hub.Groups, tenant, connections);
    }

    [LoggerMessage(410, LogLevel.Warning, "A hub connection of tenant {TenantId} named another tenant in {Place}.")]
    private static partial void LogConflict(ILogger logger, string tenantId, string place);

    [LoggerMessage(411, LogLevel.Information, "A hub connection without a verified tenant was aborted.")]
    private static partial void LogNotLetIn(ILogger logger);
}
