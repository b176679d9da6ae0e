using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Tessera.Cell;
using Tessera.ControlPlane;
using Tessera.Router;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>
/// R5: the control plane is gone for an hour, of a clock that the test sets forward, and router and cell are started anew in that hour. The
/// hosts are the real ones, in this process and on loopback.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class HourWithoutControlTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly string _folder = Demo.NewFolder();
    private readonly int _port = Ports.NextBase();
    private readonly ForwardTime _time = new();
    private int _signIns;
    private int _refreshes;

    private string AuthHost => At(0);

    [Fact]
    public async Task Everybody_signs_in_for_an_hour_without_it_and_after_restarts_of_router_and_cell()
    {
        using var visitor = new Visitor();
        var steps = LongRuns.Of(12, 60);
        await using var parts = new Parts();
        var control = parts.Control = await StartedAsync(ControlPlaneApp.Build(ControlSettings(), _time));
        var admin = new AdminApi(visitor, At(1), (await File.ReadAllTextAsync(In("control/first-admin-key"))).Trim());
        var token = (await admin.MadeAsync("/cells", new { cell_id = "eu-1", region = "eu-central-1" })).GetProperty("join_token").GetString()!;
        parts.Cell = await StartedAsync(CellApp.Build([.. CellSettings(), $"--Cell:ControlPlane={At(1)}", $"--Cell:JoinToken={token}"], _time));
        var tenant = Deployment.Describe((await admin.MadeAsync("/tenants", AdminApi.Onboarding("acme", "eu-1", Deployment.Password))).GetProperty("tenant"));
        var feedKey = (await admin.MadeAsync("/keys", new { name = "router", scopes = new[] { "feed:read" } })).GetProperty("key").GetString()!;
        var directoryKey = (await admin.GetAsync("/directory/key")).Body.GetRawText();
        parts.Router = await StartedAsync(RouterApp.Build(RouterSettings(feedKey, directoryKey), _time));
        await KnownAsync(visitor, "acme");
        var tokens = await SignInAsync(visitor, tenant);

        parts.Control = null;
        await StoppedAsync(control);
        for (var step = 0; step < steps; step++)
        {
            _time.Forward(Hour / steps);
            if (step == steps / 3)
            {
                await StoppedAsync(parts.Router!);
                parts.Router = await StartedAsync(RouterApp.Build(RouterSettings(feedKey, directoryKey), _time));
            }

            if (step == steps * 2 / 3)
            {
                await StoppedAsync(parts.Cell!);
                parts.Cell = await StartedAsync(CellApp.Build(CellSettings(), _time));
            }

            await SignInAsync(visitor, tenant);
            using var refreshed = await visitor.RefreshAsync(AuthHost, tenant, tokens.Refresh);
            tokens = await TokenSet.ReadAsync(refreshed, tokens.Cookie);
            _refreshes++;
            Assert.NotNull(await visitor.CodeAsync(tenant, tokens.Cookie)); // signed in since before
            await KnownAsync(visitor, "acme");
        }

        // Without it nobody is onboarded; with it again, at once.
        parts.Control = await StartedAsync(ControlPlaneApp.Build(ControlSettings(), _time));
        await admin.MadeAsync("/tenants", AdminApi.Onboarding("late", "eu-1", Deployment.Password));
        await KnownAsync(visitor, "late");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"control plane gone for {_time.Ahead.TotalMinutes:F0} minutes: {_signIns} of {steps + 1} sign-ins, {_refreshes} of {steps} refreshes of one family, router and cell started anew meanwhile"));
        Assert.Equal(Hour, _time.Ahead);
    }

    private async Task<TokenSet> SignInAsync(Visitor visitor, DemoTenant tenant)
    {
        var cookie = await visitor.SignInAsync(tenant, Deployment.Ada, Deployment.Password);
        Assert.NotNull(cookie);
        var code = await visitor.CodeAsync(tenant, cookie);
        Assert.NotNull(code);
        using var redeemed = await visitor.RedeemAsync(AuthHost, tenant, code);
        _signIns++;
        return await TokenSet.ReadAsync(redeemed, cookie);
    }

    private async Task KnownAsync(Visitor visitor, string slug)
    {
        for (var tries = 0; ; tries++)
        {
            using var route = await visitor.GetAsync($"{AuthHost}/route?slug={slug}");
            if (route.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            Assert.True(tries < 300, $"The router does not know {slug}: {(int)route.StatusCode}");
            await Task.Delay(100);
        }
    }

    private string[] ControlSettings() => ["--Control:Listen=" + At(1), "--Control:Data=" + In("control"), "--Control:AuthHost=" + AuthHost, Quiet];

    private string[] CellSettings() => ["--Cell:Id=eu-1", "--Cell:Listen=" + At(21), "--Cell:Data=" + In("eu-1"), "--Cell:AuthHost=" + AuthHost, Quiet];

    private string[] RouterSettings(string feedKey, string directoryKey) =>
    [
        "--Router:Listen=" + At(0).Replace("localhost", "127.0.0.1", StringComparison.Ordinal), "--Router:Data=" + In("router"), "--Router:AuthHost=" + AuthHost, "--Router:ControlPlane=" + At(1),
        "--Router:FeedKey=" + feedKey, "--Router:DirectoryKey=" + directoryKey, Quiet,
    ];

    private const string Quiet = "--Logging:LogLevel:Default=None";

    private string At(int offset) => $"http://{(offset == 0 ? "localhost" : "127.0.0.1")}:{_port + offset}";

    private string In(string name) => Path.Combine(_folder, name);

    private static async Task<WebApplication> StartedAsync(WebApplication app)
    {
        await app.StartAsync();
        return app;
    }

    private static async Task StoppedAsync(WebApplication app)
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>What runs, to be stopped however the test ends.</summary>
    private sealed class Parts : IAsyncDisposable
    {
        public WebApplication? Control { get; set; }

        public WebApplication? Cell { get; set; }

        public WebApplication? Router { get; set; }

        public async ValueTask DisposeAsync()
        {
            foreach (var app in new[] { Router, Cell, Control }.OfType<WebApplication>())
            {
                await StoppedAsync(app);
            }
        }
    }
}
