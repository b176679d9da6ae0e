using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;
using Tessera.Feed;
using Tessera.Router;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Router;

/// <summary>
/// A real router on loopback, following a real feed, before two cells: eu-1 houses acme and the suspended initech,
/// us-1 houses globex and the shared realm in which nakatomi lives; ghost lives in a cell nobody has heard of.
/// </summary>
internal sealed class RouterHost : IAsyncDisposable
{
    public const string AuthHost = "auth.test:8400";
    public const string AcmeRealm = "eu-central-1_AcmeAcme1";
    public const string AcmeHost = "acme.auth.test:8400";
    public const string GlobexHost = "globex.auth.test:8400";
    public const string SharedRealm = "us-east-1_SharedSh1";
    public const string SharedHost = "app.auth.test:8400";
    public const string UserPool = "eu-west-1_Ab3dE5gH9";
    private readonly TemporaryFolder _data = new();
    private string[] _settings = [];
    private WebApplication? _app;
    private Uri _address = new("http://127.0.0.1:1");

    public FeedSource Directory { get; } = new();

    public string DataFolder => _data.Path;

    public EchoCell Eu { get; } = new("eu-1");

    public EchoCell Us { get; } = new("us-1");

    public TenantEntry Acme { get; private set; } = null!;

    public TenantEntry Nakatomi { get; private set; } = null!;

    /// <param name="settings">As <c>Limits:TenantPerSecond=5</c>.</param>
    public static async Task<RouterHost> StartAsync(params string[] settings)
    {
        var host = new RouterHost { _settings = [.. settings.Select(setting => $"--Router:{setting}")] };
        await Task.WhenAll(host.Directory.StartAsync(), host.Eu.StartAsync(), host.Us.StartAsync());
        var (eu, us) = (FeedSource.Id<CellId>("eu-1"), FeedSource.Id<CellId>("us-1"));
        host.Acme = FeedSource.Tenant("acme", eu, AcmeRealm, AcmeHost);
        host.Directory.Publish(new CellEntry(eu, "eu-central-1", host.Eu.Endpoint));
        host.Directory.Publish(new CellEntry(us, "us-east-1", host.Us.Endpoint));
        host.Directory.Publish(host.Acme);
        host.Directory.Publish(FeedSource.Tenant("globex", us, "us-east-1_GlobexGl1", GlobexHost));
        host.Directory.Publish(FeedSource.Tenant("initech", eu, "eu-central-1_Initech11", "initech.auth.test:8400", TenantState.Suspended));
        host.Directory.Publish(FeedSource.Tenant("ghost", FeedSource.Id<CellId>("gone-1"), "eu-central-1_GhostGho1", "ghost.auth.test:8400"));
        var shared = FeedSource.SharedRealm(SharedRealm, us, SharedHost);
        host.Directory.Publish(shared);
        host.Directory.Publish(host.Nakatomi = FeedSource.Member("nakatomi", shared));
        host.Directory.Publish(FeedSource.Tenant("sly", eu, "eu-central-1_SlySlySl1", new Uri(host.Eu.Endpoint).Authority));
        await host.StartRouterAsync();
        return host;
    }

    /// <param name="log">The least level of what it writes down.</param>
    public async Task StartRouterAsync(bool isWhole = true, LogLevel log = LogLevel.None)
    {
        _app = RouterApp.Build(
        [
            "--Router:Listen=http://127.0.0.1:0",
            $"--Router:Data={_data.Path}",
            $"--Router:AuthHost=http://{AuthHost}",
            $"--Router:ControlPlane={Directory.Address}",
            $"--Router:FeedKey={Directory.Key}",
            $"--Router:DirectoryKey={JsonSerializer.Serialize(Directory.Signer.Public, WireJson.Default.PublicJwk)}",
            $"--Logging:LogLevel:Default={log}",
            .. log == LogLevel.None ? new[] { "--Logging:LogLevel:Yarp.ReverseProxy=None" } : [],
            .. _settings,
        ]);
        await _app.StartAsync();
        _address = new Uri(_app.Urls.Single());
        if (isWhole)
        {
            await _app.Services.GetRequiredService<FeedFollower>().FirstPage;
        }
    }

    /// <summary>Publishes a change and waits until the router knows it.</summary>
    public Task PublishAsync(TenantEntry tenant)
    {
        Directory.Publish(tenant);
        var map = _app!.Services.GetRequiredService<IDirectory>();
        return Eventually.HoldsAsync(() => map.Revision == Directory.Revision, "the router to follow");
    }

    /// <summary>A user pool of Amazon Cognito with a tenant that has a client of its own, and one that shares the pool's.</summary>
    public async Task<(TenantEntry Own, TenantEntry Sharing)> PublishUserPoolAsync()
    {
        var cell = FeedSource.Id<CellId>("aws-1");
        var shared = FeedSource.SharedRealm(UserPool, cell, "login.example.com") with
        {
            Issuer = CognitoIssuer.Of(FeedSource.Id<RealmId>(UserPool)), Clients = [FeedSource.Id<ClientId>("poolclient")], Backend = Backend.Cognito,
        };
        var sharing = FeedSource.Member("bluth", shared) with { Backend = Backend.Cognito };
        var own = FeedSource.Tenant("vandelay", cell, UserPool, "login.example.com") with { Issuer = shared.Issuer, Backend = Backend.Cognito };
        Directory.Publish(new CellEntry(cell, "eu-west-1", Backend: Backend.Cognito));
        Directory.Publish(shared);
        Directory.Publish(sharing);
        await PublishAsync(own);
        return (own, sharing);
    }

    public Uri Address => _address;

    public TService Get<TService>() where TService : notnull => _app!.Services.GetRequiredService<TService>();

    public async Task StopRouterAsync()
    {
        await using var app = _app;
        _app = null;
        if (app is not null)
        {
            await app.StopAsync();
        }
    }

    /// <summary>Sends a request to the router as if <paramref name="host"/> resolved to it.</summary>
    public async Task<Answer> SendAsync(
        string host, string pathAndQuery, HttpMethod? method = null, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = _address };
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, pathAndQuery) { Content = content };
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType is { } type && type.EndsWith("json", StringComparison.Ordinal);
        return new Answer(response.StatusCode, isJson ? JsonDocument.Parse(body).RootElement : default,
            response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Writes bytes no well-behaved client would, and gives the status line.</summary>
    public async Task<string> SendRawAsync(string request) => await WriteRawAsync(request, reader => reader.ReadLineAsync()) ?? "";

    /// <summary>The same, and all that is answered until the connection closes.</summary>
    public async Task<string> SendRawAllAsync(string request) => await WriteRawAsync(request, async reader => await reader.ReadToEndAsync()) ?? "";

    private async Task<string?> WriteRawAsync(string request, Func<StreamReader, Task<string?>> readAsync)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await readAsync(reader);
    }

    public async ValueTask DisposeAsync()
    {
        await StopRouterAsync();
        await Directory.DisposeAsync();
        await Eu.DisposeAsync();
        await Us.DisposeAsync();
        _data.Dispose();
    }
}

internal sealed record Answer(HttpStatusCode Status, JsonElement Json, IReadOnlyDictionary<string, string> Headers)
{
    public string? Text(string member) => Json.GetProperty(member).GetString();

    public IReadOnlyDictionary<string, string> CellSaw =>
        Json.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!, StringComparer.OrdinalIgnoreCase);
}
