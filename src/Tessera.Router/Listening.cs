using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.Router.Map;
using Tessera.Router.Tls;

namespace Tessera.Router;

/// <summary>How requests come in: the address, the limits, and whose word on the source is believed.</summary>
internal static class Listening
{
    // A body that comes more slowly, once some seconds have passed, is cut off.
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    public static void ListenOn(this WebApplicationBuilder builder, RouterOptions options)
    {
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Yarp", LogLevel.Warning); // else two lines a request
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None); // else each request gets an Activity that nobody reads
        builder.WebHost.UseKestrelHttpsConfiguration();
        if (!options.ListensWithTls)
        {
            builder.WebHost.UseUrls(options.Listen);
        }

        if (options.InlineScheduling)
        {
            builder.WebHost.UseSockets(sockets =>
            {
                sockets.UnsafePreferInlineScheduling = true;
                sockets.WaitForDataBeforeAllocatingBuffer = false; // one call to the kernel less a request, for 4 KiB an idle connection
            });
        }

        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<CertificateFolder>(services, options.Certificates));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (options.ListensWithTls)
            {
                kestrel.ListenWithTls(new Uri(options.Listen));
            }

            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Limits.MinRequestBodyDataRate = SlowestBody;
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
            if (IPAddress.TryParse(proxy, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }

        app.UseForwardedHeaders(forwarded);
    }

    /// <summary>Everything is decided by the host, so a request has exactly one.</summary>
    public static void UseOneHost(this WebApplication app) => app.Use((context, next) =>
        context.Request.Headers.Host is [{ Length: > 0 and <= 256 }]
            ? next(context)
            : context.AnswerAsync(Refusals.HostInvalid));

    /// <summary>
    /// On the router's own addresses only: a sign-in host's <c>/health</c> belongs to its cell. Well is who knows all tenants: a load
    /// balancer sends nothing to a router that is still being told them.
    /// </summary>
    public static void MapHealth(this WebApplication app, RouterOptions options, AuthHost authHost) =>
        app.MapGet("/health", (RouteMap map) => map.IsWhole
                ? TypedResults.Content("""{"status":"ok"}""", "application/json")
                : TypedResults.Content("""{"status":"loading"}""", "application/json", statusCode: StatusCodes.Status503ServiceUnavailable))
            .RequireHost(authHost.Authority, new Uri(options.Listen).Authority);
}
