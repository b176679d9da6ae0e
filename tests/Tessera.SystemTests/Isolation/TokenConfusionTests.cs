using System.Net;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>Within one tenant, no ticket passes for one of another kind.</summary>
[Collection(DemoCollection.Name)]
public sealed class TokenConfusionTests(Demo demo)
{
    [Theory]
    [InlineData("acme")]
    [InlineData("umbrella")]
    public async Task Only_an_access_token_is_accepted_as_one(string slug)
    {
        var party = await Party.OfDemoAsync(demo, slug);
        var tokens = await party.TokensAsync(demo.Visitor);
        var code = await demo.Visitor.CodeAsync(party.Tenant, tokens.Cookie);
        string[] apis = [$"{party.Issuer}/oauth2/userInfo", $"{party.Tenant.SignInHost}/oauth2/userInfo", $"{demo.File.OrdersApi}/orders"];
        foreach (var api in apis)
        {
            Assert.Equal(HttpStatusCode.OK, await AskAsync(api, tokens.Access));
            foreach (var other in new[] { tokens.Id, tokens.Refresh, code!, tokens.Cookie.Split('=', 2)[1], party.Tenant.MachineClientSecret, party.User.Password })
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(api, other));
            }
        }
    }

    [Fact]
    public async Task Only_a_code_redeems_as_code_and_only_a_refresh_token_refreshes()
    {
        var party = await Party.OfDemoAsync(demo, "acme");
        var tokens = await party.TokensAsync(demo.Visitor);
        var code = await demo.Visitor.CodeAsync(party.Tenant, tokens.Cookie);
        foreach (var other in new[] { tokens.Access, tokens.Id, tokens.Refresh })
        {
            using var response = await demo.Visitor.RedeemAsync(party.AuthHost, party.Tenant, other);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }

        foreach (var other in new[] { tokens.Access, tokens.Id, code! })
        {
            using var response = await demo.Visitor.RefreshAsync(party.AuthHost, party.Tenant, other);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }

        using var redeemed = await demo.Visitor.RedeemAsync(party.AuthHost, party.Tenant, code!);
        using var refreshed = await demo.Visitor.RefreshAsync(party.AuthHost, party.Tenant, tokens.Refresh);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (redeemed.StatusCode, refreshed.StatusCode));
    }

    private async Task<HttpStatusCode> AskAsync(string api, string bearer)
    {
        using var response = await demo.Visitor.GetAsync(api, bearer: bearer);
        return response.StatusCode;
    }
}
