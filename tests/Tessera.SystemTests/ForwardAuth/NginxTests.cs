using System.Diagnostics;
using System.Text;
using Tessera.SystemTests.Isolation;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.ForwardAuth;

/// <summary>A real nginx with the configuration of the documentation, and callers who would rather be somebody else.</summary>
[Collection(DemoCollection.Name)]
public sealed class NginxTests(BehindNginx host, ITestOutputHelper output) : IClassFixture<BehindNginx>
{
    private const string Canary = "forged-canary";

    /// <summary>Twelve ways to write a header of one's own in place of the proxy's.</summary>
    public static TheoryData<string> Forms =>
    [
        "Tessera-{0}: {1}",
        "tessera-{0}: {1}",
        "TESSERA-{0}: {1}",
        "Tessera_{0}: {1}",
        "tessera_{0}: {1}",
        "Tessera-{0}: {1}\r\nTessera-{0}: {1}",
        "Tessera-{0}:{1}",
        "Tessera-{0} : {1}",
        "Tessera-{0}\t: {1}",
        " Tessera-{0}: {1}",
        "X: y\r\n Tessera-{0}: {1}",
        "Tessera-{0}: \t{1}\t",
    ];

    private Demo Demo => host.Demo;

    [Fact]
    public async Task The_application_learns_who_calls_and_nothing_else()
    {
        var acme = await Party.OfDemoAsync(Demo, "acme");
        var (status, seen) = await host.GetAsync((await acme.TokensAsync(Demo.Visitor)).Access, "/orders?x=y");
        Assert.Equal(200, status);
        Assert.Equal(acme.Tenant.TenantId, seen!.Only("Tessera-Tenant-Id"));
        Assert.Equal("acme", seen.Only("Tessera-Tenant"));
        Assert.Equal(acme.User.Sub, seen.Only("Tessera-Subject"));
        Assert.Equal(acme.Tenant.ClientId, seen.Only("Tessera-Client-Id"));
        Assert.Contains("orders", seen.Only("Tessera-Scope").Split(' '));
        Assert.DoesNotContain("TESSERA-DEMAND-SCOPE", seen.Headers.Select(header => header.Key));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_forged_header_never_reaches_the_application(string form)
    {
        var acme = await Party.OfDemoAsync(Demo, "acme");
        var token = await acme.MachineTokenAsync(Demo.Visitor);
        var (_, plain) = await host.GetAsync(token);
        var reached = 0;
        foreach (var name in new[] { "Tenant-Id", "Tenant", "Subject", "Client-Id", "Session", "Scope" })
        {
            var spelled = form.Contains('_', StringComparison.Ordinal) ? name.Replace('-', '_') : name;
            foreach (var value in new[] { Canary, Demo.File.Tenant("globex").TenantId })
            {
                var line = form.Replace("{0}", spelled, StringComparison.Ordinal).Replace("{1}", value, StringComparison.Ordinal);
                var (status, seen) = await host.GetAsync(token, "/", line);
                Assert.Contains(status, new[] { 200, 400, 403 });
                if (seen is not null)
                {
                    reached++;
                    Assert.Equal(plain!.OfTessera.Order(), seen.OfTessera.Order());
                    Assert.DoesNotContain(value, string.Join('\n', seen.OfTessera), StringComparison.Ordinal);
                }
            }
        }

        output.WriteLine($"12 forged headers of the form '{form.ReplaceLineEndings(" ")}': {reached} overwritten or dropped, {12 - reached} refused");
    }

    [Fact]
    public async Task Without_a_token_nobody_gets_through()
    {
        var (status, _) = await host.GetAsync(null);
        Assert.Equal(401, status);
        using var response = await Demo.Visitor.GetAsync($"http://127.0.0.1:{host.Port}/");
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal(401, (await host.GetAsync("rubbish")).Status);
        Assert.Equal(401, (await host.GetAsync((await (await Party.OfDemoAsync(Demo, "acme")).TokensAsync(Demo.Visitor)).Id)).Status);
    }

    [Fact]
    public async Task A_token_is_its_own_tenants_whatever_the_request_says()
    {
        var (acme, globex) = (await Party.OfDemoAsync(Demo, "acme"), await Party.OfDemoAsync(Demo, "globex"));
        var token = await globex.MachineTokenAsync(Demo.Visitor);
        var (_, seen) = await host.GetAsync(token);
        Assert.Equal(globex.Tenant.TenantId, seen!.Only("Tessera-Tenant-Id"));
        Assert.Equal(403, (await host.GetAsync(token, "/", $"X-Tenant-Id: {acme.Tenant.TenantId}")).Status);
        Assert.Equal(403, (await host.GetAsync(token, "/orders?tenant=acme")).Status);
        Assert.Equal(200, (await host.GetAsync(token, "/orders?tenant=globex")).Status);
        Assert.Equal(401, (await host.GetAsync((await StolenKey.OfPoolOfAsync(Demo, globex)).Mint(acme))).Status);
    }

    [Fact]
    public async Task The_address_the_proxy_asks_at_is_not_there_for_callers()
    {
        var token = await (await Party.OfDemoAsync(Demo, "acme")).MachineTokenAsync(Demo.Visitor);
        var (status, _) = await RawHttp.GetAsync(host.Port, "/_tessera", $"Authorization: Bearer {token}");
        Assert.Equal(404, status);
    }

    [Fact]
    public async Task A_scope_the_configuration_demands_must_be_in_the_token_and_a_caller_takes_no_demand_away()
    {
        var acme = await Party.OfDemoAsync(Demo, "acme");
        var cookie = await Demo.Visitor.SignInAsync(acme.Tenant, acme.User.Username, acme.User.Password);
        var query = Visitor.AuthorizeQuery(acme.Tenant, "openid");
        using var authorized = await Demo.Visitor.GetAsync($"{acme.Tenant.SignInHost}/oauth2/authorize{query}", cookie);
        var code = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(authorized.Headers.Location!.Query)["code"].ToString();
        using var redeemed = await Demo.Visitor.RedeemAsync(acme.AuthHost, acme.Tenant, code);
        var narrow = (await TokenSet.ReadAsync(redeemed)).Access;
        Assert.Equal(403, (await host.GetAsync(narrow)).Status);
        Assert.Equal(403, (await host.GetAsync(narrow, "/", "Tessera-Demand-Scope: openid")).Status);
    }

    [Fact]
    public async Task A_revoked_persons_next_request_is_refused()
    {
        var party = await new NewTenant("proxied", "eu-1", "proxied").MakeAsync(Demo);
        var token = (await party.TokensAsync(Demo.Visitor)).Access;
        Assert.Equal(200, (await UntilAsync(token, 200)).Status);
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"{Demo.File.AdminApi}/tenants/{party.Tenant.TenantId}/users/{party.User.Sub}")
        {
            Content = new StringContent("""{"enabled":false}""", Encoding.UTF8, "application/json"),
        };
        using var disabled = await Demo.Visitor.SendAsync(request, bearer: Demo.File.AdminKey);
        Assert.True(disabled.IsSuccessStatusCode);
        var refused = await UntilAsync(token, 401);
        output.WriteLine($"refused {refused.Elapsed.TotalMilliseconds:F0} ms after the acknowledgement");
        Assert.True(refused.Elapsed < TimeSpan.FromSeconds(2), "A revoked person still gets through.");
    }

    [Fact]
    public async Task A_thousand_requests_of_two_tenants_are_each_told_their_own()
    {
        var parties = new[] { await Party.OfDemoAsync(Demo, "acme"), await Party.OfDemoAsync(Demo, "globex") };
        var tokens = await Task.WhenAll(parties.Select(party => party.MachineTokenAsync(Demo.Visitor)));
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < 1_000; i++)
        {
            var (status, seen) = await host.GetAsync(tokens[i % 2]);
            Assert.Equal((200, parties[i % 2].Tenant.TenantId), (status, seen!.Only("Tessera-Tenant-Id")));
        }

        output.WriteLine($"1,000 requests through nginx in {clock.Elapsed.TotalSeconds:F1} s");
    }

    private async Task<(int Status, TimeSpan Elapsed)> UntilAsync(string token, int expected)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var (status, _) = await host.GetAsync(token);
            if (status == expected || clock.Elapsed > TimeSpan.FromSeconds(10))
            {
                return (status, clock.Elapsed);
            }

            await Task.Delay(20);
        }
    }
}
