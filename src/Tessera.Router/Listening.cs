using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.Router.Tls;

namespace Tessera.Router;

/// <summary>How requests come in: the address, the limits, and whose word on the source is believed.</summary>
internal static class Listening
{
    /// <summary>A larger body is refused here; cells have narrower limits of their own.</summary>
    public const long MaxBodyBytes = 1024 * 1024;

    public static void ListenOn(this WebApplicationBuilder builder, RouterOptions options)
    {
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.UseKestrelHttpsConfiguration();
        if (!options.ListensWithTls)
        {
            builder.WebHost.UseUrls(options.Listen);
        }

        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<CertificateFolder>(services, options.Certificates));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (options.ListensWithTls)
            {
                kestrel.ListenWithTls(new Uri(options.Listen));
            }

            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.MaxRequestHeaderCount = 64;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
    }

    /// <summary>Takes the source's address from X-Forwarded-For, if a proxy was named and the request comes from it.</summary>
    public static void UseTrustedProxies(this WebApplication app, RouterOptions options)
    {
        // The middleware trusts everyone when it is given no proxy, so then it is left out.
        if (options.TrustedProxies.Count == 0)
        {
            return;
        }

        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = 1 };
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        foreach (var proxy in options.TrustedProxies)
        {
            forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
        }

        app.UseForwardedHeaders(forwarded);
    }

    /// <summary>Everything is decided by the host, so a request has exactly one.</summary>
    public static void UseOneHost(this WebApplication app) => app.Use((context, next) =>
        context.Request.Headers.Host is [{ Length: > 0 and <= 256 }]
            ? next(context)
            : context.AnswerAsync(Refusals.HostInvalid));

    /// <summary>On the router's own addresses only: a sign-in host's <c>/health</c> belongs to its cell.</summary>
    public static void MapHealth(this WebApplication app, RouterOptions options, AuthHost authHost) =>
        app.MapGet("/health", () => TypedResults.Content("""{"status":"ok"}""", "application/json"))
            .RequireHost(authHost.Authority, new Uri(options.Listen).Authority);
}
