using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Hubs;
using Tessera.Postgres.Tenants;
using Tessera.SystemTests.Isolation;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Browser;

/// <summary>A page with npm @microsoft/signalr in a real Chromium, as docs/beyond-requests.md writes it, at a hub under Tessera.</summary>
[Collection(DemoCollection.Name)]
public sealed class HubTests(Demo demo, Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task A_page_brings_its_token_to_a_hub_without_putting_it_into_an_address()
    {
        var origin = $"http://127.0.0.1:{Ports.NextBase()}";
        await using var app = await ServeAsync(origin);
        var (acme, globex) = (await Party.OfDemoAsync(demo, "acme"), await Party.OfDemoAsync(demo, "globex"));
        var pages = new List<IPage>();
        foreach (var party in new[] { acme, globex })
        {
            var page = await chromium.OpenAsync();
            var sockets = new List<string>();
            page.WebSocket += (_, socket) => sockets.Add(socket.Url);
            await page.GotoAsync($"{origin}/");
            await page.EvaluateAsync("token => { window.token = token; return board.start(); }", (await party.TokensAsync(demo.Visitor)).Access);
            Assert.Equal(party.Tenant.TenantId, await page.EvaluateAsync<string>("() => board.invoke('Who')"));
            Assert.Equal([$"{origin.Replace("http", "ws", StringComparison.Ordinal)}/board"], sockets);
            pages.Add(page);
        }

        await pages[0].EvaluateAsync("() => board.invoke('PostToAll', 'of acme')");
        await pages[1].EvaluateAsync("() => board.invoke('PostToAll', 'of globex')");
        await Assertions.Expect(pages[0].Locator("#seen")).ToHaveTextAsync("of acme;");
        await Assertions.Expect(pages[1].Locator("#seen")).ToHaveTextAsync("of globex;");
    }

    [Fact]
    public void The_page_of_the_documentation_is_the_one_that_runs()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "tests/clients/board.html"));
        Assert.Contains(Documents.Block("docs/beyond-requests.md", "js"), page, StringComparison.Ordinal);
    }

    private async Task<WebApplication> ServeAsync(string origin)
    {
        var admin = new Admin(demo);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(origin);
        var feedKey = (await admin.PostAsync("/keys", new { name = "board", scopes = new[] { "feed:read" } })).GetProperty("key").GetString();
        var directoryKey = (await admin.GetAsync("/directory/key")).GetRawText();
        builder.Services.AddTessera(options =>
        {
            options.ControlPlane = new Uri(demo.File.AdminApi);
            (options.FeedKey, options.DirectoryKey) = (feedKey, directoryKey);
            (options.Data, options.Audience) = (Path.Combine(demo.Folder, "board"), "orders");
        });
        builder.Services.AddSignalR().AddTesseraHubs();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseTessera();
        app.UseAuthorization();
        app.MapTesseraHub<Board>("/board");
        var folder = Path.Combine(Repository.Root, "tests", "clients");
        app.MapGet("/", () => Results.File(Path.Combine(folder, "board.html"), "text/html")).AllowAnonymous();
        app.MapGet("/signalr.js", () => Results.File(Path.Combine(folder, "node_modules", "@microsoft", "signalr", "dist", "browser", "signalr.min.js"), "text/javascript")).AllowAnonymous();
        await app.StartAsync();
        return app;
    }

    private sealed class Board(TenantScope scope) : Hub
    {
        public string Who() => scope.Tenant.ToString();

        public Task PostToAll(string text) => Clients.All.SendAsync("posted", text);
    }
}
