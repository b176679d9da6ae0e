using System.Net;
using System.Text.Json;
using Npgsql;
using Tessera.Contracts.Wire;
using Tessera.Feed;

namespace Tessera.SystemTests.Running;

/// <summary>
/// The real topology: control plane, two cells and a router, each a process of its own, on SQLite or on PostgreSQL.
/// acme lives in eu-1 and globex in us-1.
/// </summary>
public sealed class Deployment : IAsyncDisposable
{
    public const string Ada = "ada@example.com";
    public const string Password = "correct horse battery staple";
    public const string RedirectUri = "https://app.example.com/callback";

    private const int Eu = 21;
    private const int Us = 22;

    private readonly DeploymentSettings _settings;
    private readonly string _folder;
    private readonly int _port = Ports.NextBase();
    private readonly TestPostgres? _postgres;
    private readonly Wiring? _wiring;
    private readonly List<Part> _routers = [];
    private readonly Dictionary<string, (string Runtime, string Owner)> _databases = [];
    private readonly Dictionary<string, string> _joinTokens = [];
    private string _feedKey = "";
    private string _directoryKey = "";

    private Deployment(DeploymentSettings settings)
    {
        _settings = settings;
        _folder = settings.Folder ?? Demo.NewFolder();
        _postgres = settings.OnPostgres is { } server ? new TestPostgres(server) : null;
        _wiring = settings.IsWired ? new Wiring(_port, Eu, Us) : null;
        Control = new Part(At(1), ControlCommand, Visitor.Http);
        CellEu = new Part(EndpointOf(Eu), () => CellCommand("eu-1", Eu), Visitor.Http, () => ReachedAsync(Acme));
        CellUs = new Part(EndpointOf(Us), () => CellCommand("us-1", Us), Visitor.Http, () => ReachedAsync(Globex));
        Router = new Part(At(0), () => RouterCommand(0, "router", Control.Origin), Visitor.Http);
    }

    public Part Control { get; }

    public Part CellEu { get; }

    public Part CellUs { get; }

    public Part Router { get; }

    public Visitor Visitor { get; } = new();

    public AdminApi Admin { get; private set; } = null!;

    /// <summary>The file with the first admin key.</summary>
    public string AdminKeyFile => In("control/first-admin-key");

    public string AuthHost => $"http://localhost:{_port}";

    /// <summary>Of a wired deployment: what can be cut of eu-1 and of us-1.</summary>
    public CellWires EuWires => _wiring![Eu];

    /// <inheritdoc cref="EuWires" />
    public CellWires UsWires => _wiring![Us];

    /// <summary>The cells' own ports, beside router and wires.</summary>
    public (int Eu, int Us) CellPorts => (_port + Eu, _port + Us);

    /// <summary>Connection string of the owner of a cell's database, which goes over no wire.</summary>
    public string OwnerOf(string cell) => _databases[cell].Owner;

    /// <summary>The store of eu-1, where it is SQLite.</summary>
    public string EuStore => In("eu-1/cell.db");

    public DemoTenant Acme { get; private set; } = null!;

    public DemoTenant Globex { get; private set; } = null!;

    public static Task<Deployment> StartAsync(bool onPostgres) => StartAsync(new DeploymentSettings { OnPostgres = onPostgres ? TestPostgres.Administrator : null });

    public static async Task<Deployment> StartAsync(DeploymentSettings settings)
    {
        var deployment = new Deployment(settings);
        try
        {
            await deployment.StartAsync();
            return deployment;
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    /// <summary>A cell that has just started may take longer than the control plane waits, on a machine that does much else; it says to try again.</summary>
    public async Task<JsonElement> OnboardAsync(string slug, string cell)
    {
        var until = DateTimeOffset.UtcNow + TimeSpan.FromMinutes(3);
        while (true)
        {
            var (status, made) = await Admin.PostAsync("/tenants", AdminApi.Onboarding(slug, cell, Password));
            if (status == HttpStatusCode.Created)
            {
                return made;
            }

            Assert.True(status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.Conflict && DateTimeOffset.UtcNow < until, $"{slug}: {(int)status} {made}");
            await Task.Delay(TimeSpan.FromSeconds(2));
        }
    }

    /// <summary>A tenant as the admin API describes it, with what a browser needs to sign in there.</summary>
    public static DemoTenant Describe(JsonElement tenant)
    {
        string Of(string name) => tenant.GetProperty(name).GetString()!;
        return new DemoTenant(
            Of("tenant_id"), Of("slug"), Of("pattern"), Of("cell"), Of("realm"), tenant.GetProperty("clients")[0].GetString()!,
            RedirectUri, $"http://{Of("sign_in_host")}", "", "");
    }

    /// <summary>Who follows the feed as a router or an API does.</summary>
    public FeedOptions FeedOf(string name, string controlPlane) => new()
    {
        ControlPlane = new Uri(controlPlane), FeedKey = _feedKey, DirectoryKey = JsonSerializer.Deserialize(_directoryKey, WireJson.Default.PublicJwk)!, Data = In(name),
    };

    /// <summary>One more router for the same hosts, at a port of its own; not started.</summary>
    /// <param name="controlPlane">Where it hears the feed, if not from the control plane itself.</param>
    /// <param name="settings">A configuration file's content, if it has one.</param>
    public (Part Router, int Port) AddRouter(string name, string? controlPlane = null, string? settings = null)
    {
        var offset = 2 + _routers.Count;
        if (settings is not null)
        {
            File.WriteAllText(In($"{name}.json"), settings);
        }

        string[] config = settings is null ? [] : ["--config", In($"{name}.json")];
        var router = new Part(At(offset), () => [.. RouterCommand(offset, name, controlPlane ?? Control.Origin), .. config], Visitor.Http);
        _routers.Add(router);
        return (router, _port + offset);
    }

    /// <summary>A visitor whom the load balancer sends to the router at that port.</summary>
    public Visitor VisitorOf(int router) => new(through: port => port == _port ? router : port);

    /// <summary>Signs in at the front door and redeems the code.</summary>
    public async Task<TokenSet> TokensAsync(DemoTenant tenant, string username = Ada, string password = Password, Visitor? by = null)
    {
        by ??= Visitor;
        var cookie = await by.SignInAsync(tenant, username, password) ?? throw new InvalidOperationException($"{tenant.Slug} refused {username}.");
        var code = await by.CodeAsync(tenant, cookie) ?? throw new InvalidOperationException($"{tenant.Slug} gave no code.");
        using var response = await by.RedeemAsync(AuthHost, tenant, code);
        return await TokenSet.ReadAsync(response, cookie);
    }

    /// <summary>Waits until the router has heard of the tenant.</summary>
    public async Task<DemoTenant> KnownAsync(DemoTenant tenant)
    {
        for (var until = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(30); ; await Task.Delay(50))
        {
            using var route = await RouteAsync(tenant.Slug);
            if (route.StatusCode == HttpStatusCode.OK)
            {
                return tenant;
            }

            Assert.True(DateTimeOffset.UtcNow < until, $"The router does not hear of {tenant.Slug}.");
        }
    }

    /// <summary>Starts what does not run; nothing where all do.</summary>
    public async Task StartMissingAsync()
    {
        foreach (var part in new[] { Control, CellEu, CellUs, Router }.Where(part => !part.IsRunning))
        {
            await part.StartAsync();
        }
    }

    public Task<HttpResponseMessage> RouteAsync(string slug) => Visitor.GetAsync($"{AuthHost}/route?slug={slug}");

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new[] { Router, CellEu, CellUs, Control }.Concat(_routers))
        {
            await part.DisposeAsync();
        }

        Visitor.Dispose();
        if (_wiring is not null)
        {
            await _wiring.DisposeAsync();
        }

        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        foreach (var name in _postgres is null ? [] : new[] { "control", "eu-1", "us-1" })
        {
            _databases[name] = await _postgres!.CreateAsync();
        }

        WireDatabases();
        Directory.CreateDirectory(_folder);

        // What is undone after a crash is undone within seconds here, not within a minute.
        await File.WriteAllTextAsync(In("control.json"), """{ "Control": { "MakingTime": "00:00:09" } }""");
        await Control.StartAsync();
        Admin = new AdminApi(Visitor, Control.Origin, (await File.ReadAllTextAsync(In("control/first-admin-key"))).Trim());
        foreach (var (cell, region) in new[] { ("eu-1", "eu-central-1"), ("us-1", "us-east-1") })
        {
            _joinTokens[cell] = (await Admin.MadeAsync("/cells", new { cell_id = cell, region })).GetProperty("join_token").GetString()!;
        }

        await Task.WhenAll(CellEu.StartAsync(), CellUs.StartAsync());
        _joinTokens.Clear();
        Acme = Describe((await OnboardAsync("acme", "eu-1")).GetProperty("tenant"));
        Globex = Describe((await OnboardAsync("globex", "us-1")).GetProperty("tenant"));
        _feedKey = (await Admin.MadeAsync("/keys", new { name = "router", scopes = new[] { "feed:read" } })).GetProperty("key").GetString()!;
        _directoryKey = (await Admin.GetAsync("/directory/key")).Body.GetRawText();
        await Router.StartAsync();
    }

    // A router leaves out a cell that it found dead, and looks again every second.
    private async Task ReachedAsync(DemoTenant? tenant)
    {
        for (var until = DateTimeOffset.UtcNow + TimeSpan.FromMinutes(1); tenant is not null && DateTimeOffset.UtcNow < until; await Task.Delay(50))
        {
            try
            {
                using var response = await Visitor.GetAsync($"{AuthHost}/{tenant.Realm}/.well-known/openid-configuration");
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                return; // no router runs
            }
        }
    }

    private string[] ControlCommand() =>
        ["control", "--listen", At(1), "--data", In("control"), "--auth-host", AuthHost, "--config", In("control.json"), .. Store("control")];

    private string[] CellCommand(string id, int offset) =>
    [
        "cell", "--id", id, "--listen", At(offset), "--endpoint", EndpointOf(offset), "--data", In(id), "--auth-host", AuthHost, .. Store(id),
        .. _joinTokens.TryGetValue(id, out var token) ? new[] { "--control-plane", Control.Origin, "--join-token", token } : [],
    ];

    private string[] RouterCommand(int offset, string name, string controlPlane) =>
        ["router", "--listen", At(offset), "--data", In(name), "--auth-host", AuthHost, "--control-plane", controlPlane, "--feed-key", _feedKey, "--directory-key", _directoryKey];

    private void WireDatabases()
    {
        foreach (var (name, offset) in _wiring is null || _postgres is null ? [] : new[] { ("eu-1", Eu), ("us-1", Us) })
        {
            var runtime = new NpgsqlConnectionStringBuilder(_databases[name].Runtime) { MaxPoolSize = _settings.CellPool };
            runtime.Port = _wiring!.ToDatabase(offset, runtime.Port);
            _databases[name] = (runtime.ConnectionString, _databases[name].Owner);
        }
    }

    private string EndpointOf(int offset) => _wiring is null ? At(offset) : $"http://127.0.0.1:{_wiring.EndpointOf(offset)}";

    private string[] Store(string name) =>
        _databases.TryGetValue(name, out var database) ? ["--postgres", database.Runtime, "--postgres-owner", database.Owner] : [];

    private string At(int offset) => $"http://127.0.0.1:{_port + offset}";

    private string In(string name) => Path.Combine(_folder, name);
}
