using Tessera.SystemTests.Isolation.Wire;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>
/// A cache in front that keeps all it may: nothing that was somebody's answer is ever anybody's again. Only what is
/// published for everybody is kept.
/// </summary>
[Collection(DemoCollection.Name)]
public sealed class CachingProxyTests(Demo demo)
{
    [Fact]
    public async Task A_cache_in_front_keeps_nothing_that_is_somebodys()
    {
        var (acme, globex) = (await Party.OfDemoAsync(demo, "acme"), await Party.OfDemoAsync(demo, "globex"));
        var ports = Ports.NextBase();
        await using var router = await NginxCache.StartAsync(demo.File.AuthHost, ports);
        await using var orders = await NginxCache.StartAsync($"http://127.0.0.1:{demo.Port + 10}", ports + 1);
        await using var admin = await NginxCache.StartAsync(demo.File.AdminApi, ports + 2);
        var hits = new List<string>();
        var asked = 0;
        async Task AskAsync(int port, string host, string path, params Func<Party, Task<(string Name, string Value)>>[] rights)
        {
            foreach (var party in new[] { acme, globex, acme })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}{path}");
                request.Headers.Host = host;
                (string, string)[] headers = [.. await Task.WhenAll(rights.Select(right => right(party)))];
                using var response = await demo.Visitor.SendAsync(request, headers: headers);
                asked++;
                if (response.Headers.GetValues(NginxCache.Header).Contains("HIT"))
                {
                    hits.Add($"{host}{path} as {party}: {(int)response.StatusCode}");
                }
            }
        }

        async Task<(string, string)> BearerAsync(Party party) => ("Authorization", "Bearer " + await party.MachineTokenAsync(demo.Visitor));
        async Task<(string, string)> UserAsync(Party party) => ("Authorization", "Bearer " + (await party.TokensAsync(demo.Visitor)).Access);
        async Task<(string, string)> CookieAsync(Party party) => ("Cookie", (await party.TokensAsync(demo.Visitor)).Cookie);
        Task<(string, string)> KeyAsync(Party _) => Task.FromResult(("Authorization", "Bearer " + demo.File.AdminKey));

        var ordersHost = new Uri(demo.File.OrdersApi).Authority;
        await AskAsync(orders.Port, ordersHost, "/orders"); // refused, for want of a token: nor is that kept for who has one
        await AskAsync(orders.Port, ordersHost, "/orders", BearerAsync);
        await AskAsync(orders.Port, ordersHost, "/orders/1", BearerAsync);
        await AskAsync(orders.Port, ordersHost, "/orders/987654321", BearerAsync);
        await AskAsync(orders.Port, ordersHost, $"/orders?tenant_id={globex.Tenant.TenantId}", BearerAsync);
        await AskAsync(orders.Port, ordersHost, "/");
        await AskAsync(orders.Port, ordersHost, "/sign-in?slug=acme");
        foreach (var party in new[] { acme, globex })
        {
            var query = Visitor.AuthorizeQuery(party.Tenant);
            await AskAsync(router.Port, party.SignInAuthority, "/oauth2/userInfo", UserAsync);
            await AskAsync(router.Port, party.SignInAuthority, $"/oauth2/authorize{query}", CookieAsync);
            await AskAsync(router.Port, party.SignInAuthority, $"/oauth2/authorize{query}&prompt=none", CookieAsync);
            foreach (var path in new[] { $"/login{query}", "/login", "/logout", "/signed-out", "/device", "/choose-tenant", "/", "/nothing-here" })
            {
                await AskAsync(router.Port, party.SignInAuthority, path, CookieAsync);
            }

            await AskAsync(admin.Port, new Uri(demo.File.AdminApi).Authority, $"/tenants/{party.Tenant.TenantId}", KeyAsync);
            await AskAsync(admin.Port, new Uri(demo.File.AdminApi).Authority, $"/tenants/{party.Tenant.TenantId}/users", KeyAsync);
        }

        await AskAsync(router.Port, new Uri(demo.File.AuthHost).Authority, "/route?slug=not-there-yet");
        await AskAsync(router.Port, "not-there-yet.localhost", "/login");
        Assert.Empty(hits);

        // The cache does keep what it may: this is published, and the same for all.
        await AskAsync(router.Port, new Uri(demo.File.AuthHost).Authority, $"/{acme.Tenant.Realm}/.well-known/jwks.json");
        await AskAsync(router.Port, new Uri(demo.File.AuthHost).Authority, "/route?slug=acme");
        await AskAsync(router.Port, acme.SignInAuthority, "/assets/sign-in.css");
        Assert.Equal(6, hits.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{asked - 9} answers through a cache: 0 hits; of what is published 6 hits in 9");
    }
}
