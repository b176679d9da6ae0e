using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Wire;
using Tessera.Feed;
using Tessera.Router.Limits;

namespace Tessera.Router;

/// <summary>The section <c>Router</c> of the configuration.</summary>
internal sealed class RouterOptions
{
    public const string Section = "Router";

    /// <summary>Where the router listens: <c>https://</c> with an IP address and <see cref="Certificates"/>, or <c>http://</c> where TLS ends in front of it.</summary>
    public string Listen { get; set; } = "http://127.0.0.1:8400";

    /// <summary>The folder of certificates by host name; see <see cref="Tls.CertificateFolder"/>. Needed to listen with TLS.</summary>
    public string Certificates { get; set; } = "";

    /// <summary>A folder of the router's own, for its copy of the directory.</summary>
    public string Data { get; set; } = "";

    /// <summary>Public origin of the auth host.</summary>
    public string AuthHost { get; set; } = "http://localhost:8400";

    /// <summary>Origin of the control plane, whose feed is followed.</summary>
    public string ControlPlane { get; set; } = "";

    /// <summary>A key with the scope <c>feed:read</c>.</summary>
    public string FeedKey { get; set; } = "";

    /// <summary>The directory's public key as JSON, pinned.</summary>
    public string DirectoryKey { get; set; } = "";

    /// <summary>
    /// Addresses, or networks such as <c>10.0.3.0/24</c>, of load balancers that stand right before the router and append the source to
    /// X-Forwarded-For; none unless set.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>A larger body is refused; cells have narrower limits of their own, 64 KiB at the endpoints of people and clients.</summary>
    public long MaxBodyBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>How long a WebSocket may be silent.</summary>
    public int WebSocketIdleSeconds { get; set; } = 120;

    /// <summary>Whether requests are handled on the threads that read the network, which saves switching and wants a process of its own.</summary>
    public bool InlineScheduling { get; set; }

    public LimitOptions Limits { get; } = new();

    public bool ListensWithTls => Listen.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="OptionsValidationException">Something is missing or wrong.</exception>
    public static RouterOptions Read(IConfiguration configuration)
    {
        var options = new RouterOptions();
        configuration.GetSection(Section).Bind(options);
        var result = new RouterOptionsValidator().Validate(null, options);
        return result.Failed
            ? throw new OptionsValidationException(Section, typeof(RouterOptions), result.Failures)
            : options;
    }

    public FeedOptions ToFeed() => new()
    {
        ControlPlane = new Uri(ControlPlane),
        FeedKey = FeedKey,
        DirectoryKey = JsonSerializer.Deserialize(DirectoryKey, WireJson.Default.PublicJwk)!,
        Data = Data,
    };
}
