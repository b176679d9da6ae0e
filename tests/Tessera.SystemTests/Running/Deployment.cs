using System.Net;
using System.Text.Json;

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

    private readonly string _folder = Demo.NewFolder();
    private readonly int _port = Ports.NextBase();
    private readonly TestPostgres? _postgres;
    private readonly Dictionary<string, (string Runtime, string Owner)> _databases = [];
    private readonly Dictionary<string, string> _joinTokens = [];
    private string _feedKey = "";
    private string _directoryKey = "";

    private Deployment(bool onPostgres)
    {
        _postgres = onPostgres ? new TestPostgres() : null;
        Control = new Part(At(1), ControlCommand, Visitor.Http);
        CellEu = new Part(At(21), () => CellCommand("eu-1", 21), Visitor.Http);
        CellUs = new Part(At(22), () => CellCommand("us-1", 22), Visitor.Http);
        Router = new Part(At(0), RouterCommand, Visitor.Http);
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

    public DemoTenant Acme { get; private set; } = null!;

    public DemoTenant Globex { get; private set; } = null!;

    public static async Task<Deployment> StartAsync(bool onPostgres)
    {
        var deployment = new Deployment(onPostgres);
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

    public Task<JsonElement> OnboardAsync(string slug, string cell) => Admin.MadeAsync("/tenants", AdminApi.Onboarding(slug, cell, Password));

    /// <summary>A tenant as the admin API describes it, with what a browser needs to sign in there.</summary>
    public static DemoTenant Describe(JsonElement tenant)
    {
        string Of(string name) => tenant.GetProperty(name).GetString()!;
        return new DemoTenant(
            Of("tenant_id"), Of("slug"), Of("pattern"), Of("cell"), Of("realm"), tenant.GetProperty("clients")[0].GetString()!,
            RedirectUri, $"http://{Of("sign_in_host")}", "", "");
    }

    /// <summary>Signs in at the front door and redeems the code.</summary>
    public async Task<TokenSet> TokensAsync(DemoTenant tenant, string username = Ada, string password = Password)
    {
        var cookie = await Visitor.SignInAsync(tenant, username, password) ?? throw new InvalidOperationException($"{tenant.Slug} refused {username}.");
        var code = await Visitor.CodeAsync(tenant, cookie) ?? throw new InvalidOperationException($"{tenant.Slug} gave no code.");
        using var response = await Visitor.RedeemAsync(AuthHost, tenant, code);
        return await TokenSet.ReadAsync(response, cookie);
    }

    public Task<HttpResponseMessage> RouteAsync(string slug) => Visitor.GetAsync($"{AuthHost}/route?slug={slug}");

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new[] { Router, CellEu, CellUs, Control })
        {
            await part.DisposeAsync();
        }

        Visitor.Dispose();
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
        Acme = Describe((await OnboardFirstAsync("acme", "eu-1")).GetProperty("tenant"));
        Globex = Describe((await OnboardFirstAsync("globex", "us-1")).GetProperty("tenant"));
        _feedKey = (await Admin.MadeAsync("/keys", new { name = "router", scopes = new[] { "feed:read" } })).GetProperty("key").GetString()!;
        _directoryKey = (await Admin.GetAsync("/directory/key")).Body.GetRawText();
        await Router.StartAsync();
    }

    // A cell's very first tenant may take longer than the control plane waits, on a machine that does much else; it says to try again.
    private async Task<JsonElement> OnboardFirstAsync(string slug, string cell)
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

    private string[] ControlCommand() =>
        ["control", "--listen", At(1), "--data", In("control"), "--auth-host", AuthHost, "--config", In("control.json"), .. Store("control")];

    private string[] CellCommand(string id, int offset) =>
    [
        "cell", "--id", id, "--listen", At(offset), "--data", In(id), "--auth-host", AuthHost, .. Store(id),
        .. _joinTokens.TryGetValue(id, out var token) ? new[] { "--control-plane", Control.Origin, "--join-token", token } : [],
    ];

    private string[] RouterCommand() =>
        ["router", "--listen", At(0), "--data", In("router"), "--auth-host", AuthHost, "--control-plane", Control.Origin, "--feed-key", _feedKey, "--directory-key", _directoryKey];

    private string[] Store(string name) =>
        _databases.TryGetValue(name, out var database) ? ["--postgres", database.Runtime, "--postgres-owner", database.Owner] : [];

    private string At(int offset) => $"http://127.0.0.1:{_port + offset}";

    private string In(string name) => Path.Combine(_folder, name);
}
