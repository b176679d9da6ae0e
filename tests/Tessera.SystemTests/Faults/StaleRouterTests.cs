using System.Net;
using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>
/// R9: a router whose directory stopped at a revision and is ten and more behind, while tenants move away and back. It may find the
/// right cell or refuse; nobody is ever served by the wrong one.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class StaleRouterTests(Deployments deployments, ITestOutputHelper output)
{
    private readonly Deployment _at = deployments.OnPostgres;

    [Fact]
    public async Task Behind_a_router_that_is_ten_versions_old_nobody_is_served_by_the_wrong_cell()
    {
        var feed = new Wire();
        var port = Ports.NextBase();
        await using var proxy = new TcpProxy(port, new Uri(_at.Control.Origin).Port, feed);
        var (router, at) = _at.AddRouter("router-frozen", $"http://127.0.0.1:{port}");
        var tenants = new List<DemoTenant>();
        for (var i = 0; i < 3; i++)
        {
            tenants.Add(Deployment.Describe((await _at.OnboardAsync($"stale{i}-{Guid.NewGuid():N}"[..20], "eu-1")).GetProperty("tenant")));
        }

        var before = await RevisionAsync();
        await router.StartAsync();
        using var stale = _at.VisitorOf(at);
        var keys = new Dictionary<DemoTenant, string>();
        foreach (var tenant in tenants)
        {
            await LearnedAsync(stale, tenant.Slug);
            keys[tenant] = KeyOf(await _at.TokensAsync(tenant, by: stale));
        }

        feed.Cut();
        await MoveTenant.ToAsync(_at, tenants[0], "us-1"); // gone
        await MoveTenant.ToAsync(_at, tenants[1], "us-1"); // gone and come back
        await MoveTenant.ToAsync(_at, tenants[1], "eu-1");
        var served = 0;
        var refused = 0;
        for (var i = 0; i < 10; i++)
        {
            foreach (var tenant in tenants)
            {
                await RoundAsync(stale, tenant, keys[tenant], isElsewhere: tenant == tenants[0]);
            }
        }

        var behind = await RevisionAsync() - before;
        output.WriteLine($"router {behind} revisions behind: {served} sign-ins by the right cell, {refused} refused, 0 by the wrong one");
        Assert.True(behind >= 10, $"Only {behind} revisions were missed.");
        Assert.True(served > 0, "Nobody was served at all.");

        feed.Pass();
        await LearnedAsync(stale, tenants[0].Slug);
        Assert.NotEqual(keys[tenants[0]], KeyOf(await _at.TokensAsync(tenants[0], by: stale)));
        await router.DisposeAsync();

        // Whose key signed says whose cell it was.
        async Task RoundAsync(Visitor visitor, DemoTenant tenant, string key, bool isElsewhere)
        {
            using var page = await visitor.PostSignInAsync(tenant, Deployment.Ada, Deployment.Password);
            if (page.StatusCode is HttpStatusCode.MisdirectedRequest or HttpStatusCode.ServiceUnavailable)
            {
                refused++;
                return;
            }

            Assert.True(page.Headers.Contains("Set-Cookie"), $"{tenant.Slug}: {(int)page.StatusCode}");
            var signed = KeyOf(await _at.TokensAsync(tenant, by: visitor));
            Assert.True(isElsewhere == (signed != key), $"{tenant.Slug} was served by the wrong cell.");
            served++;
        }
    }

    private static string KeyOf(TokenSet tokens) =>
        JsonDocument.Parse(Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(tokens.Access.Split('.')[0])).RootElement.GetProperty("kid").GetString()!;

    private async Task LearnedAsync(Visitor visitor, string slug)
    {
        for (var tries = 0; ; tries++)
        {
            using var route = await visitor.GetAsync($"{_at.AuthHost}/route?slug={slug}");
            if (route.IsSuccessStatusCode)
            {
                return;
            }

            Assert.True(tries < 150, $"The router does not learn of {slug}.");
            await Task.Delay(100);
        }
    }

    // Every change leaves an audit row with its revision.
    private async Task<long> RevisionAsync()
    {
        for (var last = 0L; ;)
        {
            var (_, page) = await _at.Admin.GetAsync($"/audit?limit=50&after={last}");
            if (page.GetProperty("entries").GetArrayLength() == 0)
            {
                return last;
            }

            last = page.GetProperty("entries").EnumerateArray().Max(entry => entry.GetProperty("revision").GetInt64());
        }
    }
}
