using System.Text.Json;
using Microsoft.Playwright;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Browser;

/// <summary>What a person does, in a real Chromium with scripts switched off.</summary>
[Collection(DemoCollection.Name)]
public sealed class SignInTests(Demo demo, Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData("acme")]
    [InlineData("globex")]
    [InlineData("umbrella")]
    public async Task A_person_signs_in_through_the_application_and_sees_the_orders_of_their_tenant(string slug)
    {
        var page = await chromium.OpenAsync(scripts: false);
        await SignInAsync(page, slug, demo.File.User(slug).Password);
        await page.WaitForURLAsync(demo.File.OrdersApi + "/**");
        Assert.Contains(slug, await page.InnerTextAsync("body"), StringComparison.OrdinalIgnoreCase);
        var shown = await page.Locator("td:first-child").AllInnerTextsAsync();
        Assert.NotEmpty(shown);
        foreach (var other in new[] { "acme", "globex", "umbrella" }.Where(other => other != slug))
        {
            Assert.Empty(shown.Intersect(await OrdersAsync(other)));
        }
    }

    // Numbers of orders are given out once, whoever's they are.
    private async Task<List<string>> OrdersAsync(string slug)
    {
        using var response = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders", bearer: (await demo.Visitor.TokensAsync(demo.File, slug)).Access);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        List<string> numbers = [.. json.RootElement.GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("id").ToString())];
        Assert.NotEmpty(numbers);
        return numbers;
    }

    [Fact]
    public async Task Somebody_of_two_tenants_chooses_one_after_the_password_and_switches_without_another()
    {
        var (initech, hooli) = (demo.File.Tenant("initech"), demo.File.Tenant("hooli"));
        var page = await chromium.OpenAsync(scripts: false);
        await page.GotoAsync(initech.SignInHost + "/oauth2/authorize" + Visitor.AuthorizeQuery(initech, named: ""));
        await page.FillAsync("[name=username]", "sam@example.com");
        await page.FillAsync("[name=password]", demo.File.User("initech", "sam@example.com").Password);
        await page.ClickAsync("button");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Initech" })).ToBeVisibleAsync();
        Assert.Equal(2, await page.Locator(".choices a").CountAsync());
        await page.GetByRole(AriaRole.Link, new() { Name = "Hooli" }).ClickAsync();
        await page.WaitForURLAsync(url => url.Contains("code=", StringComparison.Ordinal));

        await page.GotoAsync(hooli.SignInHost + "/oauth2/authorize" + Visitor.AuthorizeQuery(hooli, named: "") + "&prompt=select_account");
        await page.GetByRole(AriaRole.Link, new() { Name = "Initech" }).ClickAsync();
        await page.WaitForURLAsync(url => url.Contains("code=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("initech", "Stapler")]
    [InlineData("hooli", "Signature box")]
    public async Task The_application_leads_somebody_of_two_tenants_into_the_one_asked_for(string slug, string item)
    {
        var page = await chromium.OpenAsync(scripts: false);
        await SignInAsync(page, slug, demo.File.User(slug, "sam@example.com").Password, "sam@example.com");
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync(item);
        Assert.StartsWith(demo.File.OrdersApi, page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_the_form_keeps_the_name()
    {
        var page = await chromium.OpenAsync(scripts: false);
        await SignInAsync(page, "acme", "not the password");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not right");
        Assert.Equal("ada@example.com", await page.InputValueAsync("[name=username]"));
    }

    [Fact]
    public async Task The_password_of_one_tenant_opens_no_other()
    {
        var page = await chromium.OpenAsync(scripts: false);
        await SignInAsync(page, "acme", demo.File.User("globex").Password);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_session_of_one_tenant_is_none_at_another()
    {
        var page = await chromium.OpenAsync(scripts: false);
        await SignInAsync(page, "acme", demo.File.User("acme").Password);
        await page.WaitForURLAsync(demo.File.OrdersApi + "/**");
        await page.GotoAsync(demo.File.Tenant("acme").SignInHost + "/");
        Assert.Contains("signed in as", await page.InnerTextAsync("body"), StringComparison.Ordinal);
        foreach (var other in new[] { "globex", "umbrella" })
        {
            await page.GotoAsync(demo.File.Tenant(other).SignInHost + "/");
            Assert.Contains("Nobody is signed in", await page.InnerTextAsync("body"), StringComparison.Ordinal);
            await page.GotoAsync(demo.File.Tenant(other).SignInHost + "/oauth2/authorize" + Visitor.AuthorizeQuery(demo.File.Tenant(other)));
            await Assertions.Expect(page.Locator("[name=password]")).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task Signing_out_asks_once_and_ends_the_session()
    {
        var page = await chromium.OpenAsync(scripts: false);
        await SignInAsync(page, "acme", demo.File.User("acme").Password);
        await page.WaitForURLAsync(demo.File.OrdersApi + "/**");
        await page.ClickAsync("button:has-text(\"Sign out\")");
        await page.WaitForURLAsync(demo.File.Tenant("acme").SignInHost + "/**");
        await page.ClickAsync("button");
        await page.WaitForURLAsync(demo.File.OrdersApi + "/**");
        await page.GotoAsync(demo.File.Tenant("acme").SignInHost + "/");
        Assert.Contains("Nobody is signed in", await page.InnerTextAsync("body"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_forbids_scripts_and_framing_and_sets_host_only_cookies()
    {
        var page = await chromium.OpenAsync();
        var tenant = demo.File.Tenant("acme");
        var response = await page.GotoAsync(tenant.SignInHost + "/login" + Visitor.AuthorizeQuery(tenant));
        var policy = (await response!.AllHeadersAsync())["content-security-policy"];
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal(0, await page.Locator("script").CountAsync());
        await page.FillAsync("[name=username]", "ada@example.com");
        await page.FillAsync("[name=password]", demo.File.User("acme").Password);
        await page.ClickAsync("button");
        await page.WaitForURLAsync(demo.File.OrdersApi + "/**");
        var cookies = await page.Context.CookiesAsync([tenant.SignInHost]);
        Assert.All(cookies, cookie => Assert.True(cookie.HttpOnly && !cookie.Domain.StartsWith('.')));
        Assert.Empty(await page.Context.CookiesAsync([demo.File.AuthHost]));
    }

    // From the application's page, as a newcomer does it.
    private async Task SignInAsync(IPage page, string slug, string password, string username = "ada@example.com")
    {
        await page.GotoAsync(demo.File.OrdersApi + "/");
        await page.FillAsync("input[name=slug]", slug);
        await page.ClickAsync("button");
        await page.FillAsync("[name=username]", username);
        await page.FillAsync("[name=password]", password);
        await page.ClickAsync("button");
    }
}
