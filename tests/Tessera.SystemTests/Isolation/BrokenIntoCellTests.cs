using System.Net;
using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>
/// A cell has been broken into and its signing keys are in other hands. The damage is the tenants of the pool whose key
/// was stolen; the key mints nothing for a tenant of another cell, nor of another pool in the same cell.
/// </summary>
[Collection(DemoCollection.Name)]
public sealed class BrokenIntoCellTests(Demo demo)
{
    [Theory]
    [InlineData("acme", "globex")]
    [InlineData("acme", "umbrella")]
    [InlineData("globex", "acme")]
    [InlineData("globex", "umbrella")]
    [InlineData("umbrella", "globex")]
    public async Task The_signing_key_of_one_pool_mints_nothing_for_a_tenant_of_another(string houseOfTheKey, string slug)
    {
        var (thief, victim) = (await Party.OfDemoAsync(demo, houseOfTheKey), await Party.OfDemoAsync(demo, slug));
        var key = await StolenKey.OfPoolOfAsync(demo, thief);
        var named = await KeyIdAsync(victim);
        foreach (var forged in new[] { key.Mint(victim), key.Mint(victim, kid: named) })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await OrdersAsync(forged));
            Assert.Equal(HttpStatusCode.Unauthorized, await UserInfoAsync(victim, forged));
        }

        // The forgery is a good one: for the tenant the pool does house it is believed.
        Assert.Equal(HttpStatusCode.OK, await OrdersAsync(key.Mint(thief)));
    }

    [Fact]
    public async Task Even_at_home_a_forged_token_gets_no_userinfo_for_no_grant_stands_behind_it()
    {
        var acme = await Party.OfDemoAsync(demo, "acme");
        var key = await StolenKey.OfPoolOfAsync(demo, acme);
        Assert.Equal(HttpStatusCode.Unauthorized, await UserInfoAsync(acme, key.Mint(acme)));
    }

    private async Task<HttpStatusCode> OrdersAsync(string token)
    {
        using var response = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders", bearer: token);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> UserInfoAsync(Party party, string token)
    {
        using var response = await demo.Visitor.GetAsync($"{party.Issuer}/oauth2/userInfo", bearer: token);
        return response.StatusCode;
    }

    private async Task<string> KeyIdAsync(Party party)
    {
        using var response = await demo.Visitor.GetAsync($"{party.Issuer}/.well-known/jwks.json");
        using var keys = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return keys.RootElement.GetProperty("keys")[0].GetProperty("kid").GetString()!;
    }
}
