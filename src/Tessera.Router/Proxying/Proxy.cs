using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Router.Health;
using Tessera.Router.Limits;
using Tessera.Router.Moves;

namespace Tessera.Router.Proxying;

internal static class Proxy
{
    public static void AddProxy(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddSingleton<CellTransformer>();
        services.AddSingleton<CellWatch>();
        services.AddHostedService<CellProbes>();
        services.AddSingleton<Rates>();
        services.AddSingleton(new MovedTenants());
        services.AddSingleton<CellCall>();
        services.AddSingleton<CellProxy>();
    }

    /// <summary>One catch-all for every host, path and method that is not the router's own.</summary>
    public static void MapProxy(this WebApplication app)
    {
        var proxy = app.Services.GetRequiredService<CellProxy>();
        app.Map("/{**path}", (HttpContext context) => proxy.PassOnAsync(context));
    }
}
