using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tessera.AspNetCore.Declarations;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Hubs;

/// <summary>SignalR under Tessera: <c>services.AddSignalR().AddTesseraHubs()</c>, then <c>app.MapTesseraHub&lt;THub&gt;(…)</c>.</summary>
public static class TesseraHubs
{
    /// <summary>Makes every hub of the application one of verified tenants; <c>[AllowAnonymous]</c> on a hub's class opts it out.</summary>
    public static ISignalRServerBuilder AddTesseraHubs(this ISignalRServerBuilder builder)
    {
        builder.Services.TryAddSingleton<LiveConnections>();
        builder.Services.TryAddSingleton<TenantHubFilter>();
        builder.Services.Replace(ServiceDescriptor.Singleton<IUserIdProvider, TenantUserIds>());
        builder.Services.Configure<HubOptions>(options => options.AddFilter<TenantHubFilter>());
        return builder;
    }

    /// <summary>Adds <see cref="TenantHubContext{THub}"/>, for messages from outside the hub: one per scope, of its tenant.</summary>
    public static ISignalRServerBuilder AddTenantHubContext<THub>(this ISignalRServerBuilder builder)
        where THub : Hub
    {
        builder.Services.TryAddScoped(provider => new TenantHubContext<THub>(
            provider.GetRequiredService<IHubContext<THub>>(), provider.GetRequiredService<TenantScope>(), provider.GetRequiredService<LiveConnections>()));
        return builder;
    }

    /// <summary>
    /// Maps a hub that demands a token, unless its class has <c>[AllowAnonymous]</c>, over WebSockets alone: over the other transports each request brings a token of its
    /// own, and a connection would obey whoever knows its id.
    /// </summary>
    public static HubEndpointConventionBuilder MapTesseraHub<THub>(this IEndpointRouteBuilder endpoints, string pattern)
        where THub : Hub
    {
        var hub = endpoints.MapHub<THub>(pattern, options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.WebSockets.SubProtocolSelector = requested => WebSocketToken.Select(requested)!;
        });
        return typeof(THub).IsDefined(typeof(AllowAnonymousAttribute), inherit: true) ? hub : hub.RequireTenant();
    }
}
