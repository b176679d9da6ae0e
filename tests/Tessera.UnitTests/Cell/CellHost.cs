using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Tessera.Cell;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.Cell;

/// <summary>A real cell on a loopback port, and in the test's hand the key of the control plane it obeys.</summary>
public sealed class CellHost : IAsyncDisposable
{
    public const string AuthHost = "http://auth.test:8400";
    private const string IdArgument = "--Cell:Id=";
    private readonly WebApplication _app;
    private readonly string _folder;

    private CellHost(WebApplication app, string folder, int port, string id)
    {
        Id = CellId.TryParse(id, out var parsed) ? parsed : throw new ArgumentException(id);
        _app = app;
        _folder = folder;
        Port = port;
        Http = NewClient();
    }

    internal IdentityKey Control { get; } = IdentityKey.Create();

    internal CellId Id { get; }

    public int Port { get; }

    /// <summary>Its data folder.</summary>
    public string Folder => _folder;

    /// <summary>Connects to the cell whatever the host of the address is; follows no redirect and keeps no cookie.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>The cell's clock, which a test may set forward.</summary>
    public MovableTime Time { get; private init; } = null!;

    public static async Task<CellHost> StartAsync(string? postgres = null, string? owner = null, params string[] more)
    {
        var folder = Directory.CreateTempSubdirectory("tessera-cell-").FullName;
        var port = FreePort.Next();
        var id = more.LastOrDefault(arg => arg.StartsWith(IdArgument, StringComparison.Ordinal))?[IdArgument.Length..] ?? "eu-1";
        string[] args =
        [
            IdArgument + id, $"--Cell:Listen=http://127.0.0.1:{port}", $"--Cell:Data={folder}", $"--Cell:AuthHost={AuthHost}", "--Cell:TrustedProxies:0=127.0.0.1",
            // Nobody is there, unless a test says otherwise.
            .. more.Any(arg => arg.StartsWith("--Cell:ControlPlane=", StringComparison.Ordinal)) ? Array.Empty<string>() : ["--Cell:ControlPlane=http://127.0.0.1:1"],
            .. more.Where(arg => !arg.StartsWith(IdArgument, StringComparison.Ordinal)),
            .. postgres is null ? Array.Empty<string>() : [$"--Cell:Postgres={postgres}", $"--Cell:PostgresOwner={owner}"],
        ];
        var time = new MovableTime();
        var host = new CellHost(CellApp.Build(args, time), folder, port, id) { Time = time };
        var joined = new JoinResponse(host.Id, "eu-central-1", host.Control.Public);
        await File.WriteAllTextAsync(Path.Combine(folder, "membership.json"), JsonSerializer.Serialize(joined, WireJson.Default.JoinResponse));
        await host._app.StartAsync();
        return host;
    }

    /// <summary>A tenant with a realm of its own, an app client and an account.</summary>
    internal async Task<CellTenant> AddTenantAsync(string slug, Action<ClientSpecDraft>? shape = null, PoolId? inPool = null, TenantId? id = null)
    {
        var draft = new ClientSpecDraft();
        shape?.Invoke(draft);
        var tenant = new CellTenant(this, id ?? TenantId.New(), inPool ?? PoolId.New(), RealmId.New("eu-central-1"), Slug.TryParse(slug, out var parsed) ? parsed : throw new ArgumentException(slug), draft.Build());
        (await CallAsync(HttpMethod.Put, $"/cell/pools/{tenant.Pool}", new PoolSpec(tenant.Pool), WireJson.Default.PoolSpec, ServicePurpose.Provision, null)).EnsureSuccessStatusCode();
        (await PutRealmAsync(tenant, TenantState.Active, epoch: 1)).EnsureSuccessStatusCode();
        (await CallAsync(HttpMethod.Put, $"/cell/realms/{tenant.Realm}/clients/{tenant.Client.ClientId}", tenant.Client, WireJson.Default.ClientSpec, ServicePurpose.Provision, tenant.Id)).EnsureSuccessStatusCode();
        return tenant;
    }

    /// <summary>Makes another app client in a realm that is there.</summary>
    internal async Task<ClientSpec> AddClientAsync(CellTenant tenant, Action<ClientSpecDraft> shape)
    {
        var draft = new ClientSpecDraft();
        shape(draft);
        var client = draft.Build();
        (await CallAsync(HttpMethod.Put, $"/cell/realms/{tenant.Realm}/clients/{client.ClientId}", client, WireJson.Default.ClientSpec, ServicePurpose.Provision, tenant.Id)).EnsureSuccessStatusCode();
        return client;
    }

    internal Task<HttpResponseMessage> PutRealmAsync(CellTenant tenant, TenantState state, long epoch) => CallAsync(
        HttpMethod.Put, $"/cell/realms/{tenant.Realm}",
        new RealmSpec(tenant.Realm, tenant.Pool, tenant.Slug.Value, tenant.SignInAuthority, state, epoch, tenant.Id),
        WireJson.Default.RealmSpec, ServicePurpose.Provision, tenant.Id);

    /// <summary>One request of the control plane, under a service token made for it.</summary>
    internal Task<HttpResponseMessage> CallAsync<T>(HttpMethod method, string path, T body, JsonTypeInfo<T> type, ServicePurpose purpose, TenantId? tenant) =>
        CallAsync(method, path, JsonSerializer.SerializeToUtf8Bytes(body, type), purpose, tenant);

    internal async Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, byte[] body, ServicePurpose purpose, TenantId? tenant)
    {
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{Port}{path}") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ServiceToken.Issue(Control, Id, purpose, tenant, method.Method, path, body, Time.GetUtcNow()));
        return await Http.SendAsync(request);
    }

    public HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, Port, cancellation);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        },
    });

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Control.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>What a test wants its client to be; by default a public one for code and refresh.</summary>
public sealed class ClientSpecDraft
{
    public string? SecretHash { get; set; }
    public List<string> GrantTypes { get; } = ["authorization_code", "refresh_token"];
    public List<string> Scopes { get; } = ["orders"];
    public string SigningAlgorithm { get; set; } = "ES256";
    public List<string> RedirectUris { get; } = [CellTenant.RedirectUri];
    public List<string> Audiences { get; } = [];
    public string? Jwks { get; set; }
    public string? BackchannelLogoutUri { get; set; }
    public bool CustomTenantClaim { get; set; }
    public bool RequirePkce { get; set; } = true;
    public bool RequirePushedAuthorization { get; set; }

    /// <summary>Makes it confidential; returns the secret.</summary>
    public string MakeConfidential()
    {
        var secret = System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        SecretHash = System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret)));
        return secret;
    }

    internal ClientSpec Build() => new(
        ClientId.New(), "Orders", RedirectUris, ["https://app.test/out"], GrantTypes, Scopes, Audiences, SecretHash, SigningAlgorithm,
        Jwks, BackchannelLogoutUri, CustomTenantClaim, RequirePkce, RequirePushedAuthorization);
}
