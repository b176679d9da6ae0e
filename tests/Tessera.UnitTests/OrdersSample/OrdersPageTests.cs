using System.Net;
using Microsoft.AspNetCore.WebUtilities;

namespace Tessera.UnitTests.OrdersSample;

public sealed class OrdersPageTests(OrdersHost host) : IClassFixture<OrdersHost>
{
    [Fact]
    public async Task A_visitor_signs_in_at_the_tenant_sees_its_orders_and_signs_out()
    {
        using var acme = host.For(host.Directory.Acme);
        await OrdersHost.PlaceAsync(acme, "<script>anvil</script>");
        using var browser = host.Browser();
        var sent = await AuthorizeAsync(browser);
        Assert.Equal(("code", "S256", "http://orders.localhost:8410/callback"), (sent["response_type"], sent["code_challenge_method"], sent["redirect_uri"]));
        host.AuthHost.Nonce = sent["nonce"]!;

        var back = await browser.GetAsync($"/callback?code=good&state={sent["state"]}&iss={Uri.EscapeDataString(host.Directory.Acme.Issuer)}", Cancellation);
        Assert.Equal("/", back.Headers.Location?.ToString());
        var redeemed = host.AuthHost.Redeemed.Last();
        Assert.Equal(host.Directory.Acme.Clients[0].Value, redeemed["client_id"]);
        Assert.Equal(43, redeemed["code_verifier"].Length);

        var page = await browser.GetStringAsync("/", Cancellation);
        Assert.Contains("Orders of acme", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;anvil", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);

        var gone = await browser.PostAsync("/sign-out", null, Cancellation);
        Assert.StartsWith("http://acme.localhost:8400/logout?client_id=", gone.Headers.Location?.ToString(), StringComparison.Ordinal);
        Assert.Contains("Your organisation", await browser.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state")]
    [InlineData("iss")]
    [InlineData("no iss")]
    [InlineData("nonce")]
    [InlineData("tenant")]
    [InlineData("code")]
    [InlineData("no attempt")]
    public async Task A_return_that_does_not_belong_to_this_browsers_sign_in_is_refused(string wrong)
    {
        using var browser = host.Browser();
        var sent = await AuthorizeAsync(browser);
        host.AuthHost.Nonce = wrong == "nonce" ? "another" : sent["nonce"]!;
        host.AuthHost.IsForAnotherTenant = wrong == "tenant";
        var redeemed = host.AuthHost.Redeemed.Count;
        var query = new Dictionary<string, string?>
        {
            ["code"] = wrong == "code" ? "bad" : "good",
            ["state"] = wrong == "state" ? "forged" : sent["state"],
            ["iss"] = wrong == "iss" ? host.Directory.Globex.Issuer : host.Directory.Acme.Issuer,
        };
        if (wrong == "no iss")
        {
            query.Remove("iss");
        }

        using var other = host.Browser();
        var back = await (wrong == "no attempt" ? other : browser).GetAsync(QueryHelpers.AddQueryString("/callback", query), Cancellation);
        host.AuthHost.IsForAnotherTenant = false;
        Assert.Equal(HttpStatusCode.BadRequest, back.StatusCode);
        Assert.Equal(wrong is "nonce" or "tenant" or "code" ? redeemed + 1 : redeemed, host.AuthHost.Redeemed.Count);
        Assert.Contains("Your organisation", await browser.GetStringAsync("/", Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("")]
    [InlineData("../x")]
    public async Task An_unknown_tenant_leads_nowhere(string slug)
    {
        using var browser = host.Browser();
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/sign-in?slug={slug}", Cancellation)).StatusCode);
    }

    [Fact]
    public async Task The_page_runs_no_script_and_is_framed_by_nobody()
    {
        using var browser = host.Browser();
        var response = await browser.GetAsync("/", Cancellation);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/page.css", Cancellation)).StatusCode);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<Dictionary<string, string?>> AuthorizeAsync(HttpClient browser)
    {
        var response = await browser.GetAsync("/sign-in?slug=acme", Cancellation);
        Assert.StartsWith("http://acme.localhost:8400/oauth2/authorize?", response.Headers.Location?.ToString(), StringComparison.Ordinal);
        return QueryHelpers.ParseQuery(response.Headers.Location!.Query).ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
    }
}
