using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Feed;
using Tessera.Router.Map;
using Tessera.Router.Proxying;
using Tessera.Router.Routes;

namespace Tessera.Router;

/// <summary>
/// The front door. It knows from the directory's feed which cell houses a host or a realm, passes requests on, and
/// answers the route API. It holds no secret of any tenant and decides nothing else.
/// </summary>
public static class RouterApp
{
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration is at fault; every fault is listed.</exception>
    public static WebApplication Build(string[] args) => Build(args, TimeProvider.System);

    internal static WebApplication Build(string[] args, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Services.AddSingleton(time);
        var options = RouterOptions.Read(builder.Configuration);
        var authHost = new AuthHost(options.AuthHost);

        builder.ListenOn(options);
        builder.Services.AddSingleton(authHost);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(options.Limits);
        builder.Services.AddDirectoryFeed<RouteMap>(options.ToFeed());
        builder.Services.AddSingleton<RouteLimits>();
        builder.Services.AddProxy();

        var app = builder.Build();
        app.UseTrustedProxies(options);
        app.UseOneHost();
        app.MapHealth(options, authHost);
        app.MapRouteApi(authHost);
        app.MapProxy();
        return app;
    }
}
