using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Browser;

/// <summary>A single-page application with npm oidc-client-ts, in a real Chromium and at an origin of its own.</summary>
[Collection(DemoCollection.Name)]
public sealed class OidcClientTests(Demo demo, Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task A_single_page_application_signs_in_reads_userinfo_refreshes_and_signs_out_across_origins()
    {
        var origin = $"http://127.0.0.1:{Ports.NextBase()}";
        await using var app = await ServeAsync(origin);
        var (tenant, user) = (demo.File.Tenant("umbrella"), demo.File.User("umbrella"));
        var made = await new AdminApi(demo.Visitor, demo.File.AdminApi, demo.File.AdminKey).MadeAsync($"/tenants/{tenant.TenantId}/clients", new
        {
            name = "Page", type = "public", redirect_uris = new[] { origin + "/" }, post_logout_redirect_uris = new[] { origin + "/" },
        });
        var page = await chromium.OpenAsync();
        await page.GotoAsync($"{origin}/?issuer={Uri.EscapeDataString($"{demo.File.AuthHost}/{tenant.Realm}")}&client={made.GetProperty("client_id").GetString()}");
        await page.ClickAsync("#in");
        await page.FillAsync("[name=username]", user.Username);
        await page.FillAsync("[name=password]", user.Password);
        await page.ClickAsync("button");
        await Assertions.Expect(page.Locator("#sub")).ToHaveTextAsync(user.Sub);
        await Assertions.Expect(page.Locator("#email")).ToHaveTextAsync(user.Username); // from userInfo
        await page.ClickAsync("#again");
        await Assertions.Expect(page.Locator("#refreshed")).ToHaveTextAsync("another token");
        await page.ClickAsync("#out");
        await Assertions.Expect(page.Locator("#sub")).ToHaveTextAsync("nobody");
        await page.GotoAsync(tenant.SignInHost + "/");
        Assert.Contains("Nobody is signed in", await page.InnerTextAsync("body"), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> ServeAsync(string origin)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(origin);
        var app = builder.Build();
        var folder = Path.Combine(Repository.Root, "tests", "clients");
        app.MapGet("/", () => Results.File(Path.Combine(folder, "single-page.html"), "text/html"));
        app.MapGet("/oidc-client-ts.js", () => Results.File(Path.Combine(folder, "node_modules", "oidc-client-ts", "dist", "browser", "oidc-client-ts.min.js"), "text/javascript"));
        await app.StartAsync();
        return app;
    }
}
