using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore;
using Tessera.AspNetCore.ForwardAuth;

namespace Tessera.ForwardAuth;

/// <summary>The SDK as a process of its own, for applications that are not .NET: a proxy asks it about each request.</summary>
internal static class ForwardAuthApp
{
    /// <summary>Where the proxy asks.</summary>
    public const string Path = "/forward-auth";

    private const string DefaultListen = "http://127.0.0.1:8430";

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The configuration is at fault; every fault is listed.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.UseUrls(builder.Configuration["ForwardAuth:Listen"] ?? DefaultListen);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024; // no proxy sends it any
        });
        builder.Services.AddTessera(builder.Configuration.GetSection("Tessera"));

        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGet("/health", () => TypedResults.Content("""{"status":"ok"}""", "application/json")).AllowAnonymous();
        app.MapTesseraForwardAuth(Path);
        return app;
    }
}
