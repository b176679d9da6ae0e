using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.RelyingParty;

/// <summary>A relying party nobody here wrote: npm <c>openid-client</c>.</summary>
[Collection(DemoCollection.Name)]
public sealed class OpenIdClientTests(Demo demo)
{
    [Theory]
    [InlineData("acme")]
    [InlineData("globex")]
    [InlineData("umbrella")]
    public async Task It_signs_in_reads_userinfo_refreshes_and_signs_out(string slug)
    {
        var tenant = demo.File.Tenant(slug);
        var user = demo.File.User(slug);
        var seen = await NodeScript.RunAsync("openid-client.mjs", new
        {
            issuer = $"{demo.File.AuthHost}/{tenant.Realm}", clientId = tenant.ClientId, redirectUri = tenant.RedirectUri,
            postLogoutRedirectUri = demo.File.OrdersApi + "/", username = user.Username, password = user.Password,
        });
        Assert.Equal(user.Sub, seen.GetProperty("sub").GetString());
        Assert.Equal(tenant.TenantId, seen.GetProperty("tenantId").GetString());
        Assert.Equal(tenant.TenantId, seen.GetProperty("userInfo").GetProperty("tenant_id").GetString());
        Assert.True(seen.GetProperty("rotated").GetBoolean());
        Assert.Equal(demo.File.OrdersApi + "/?state=bye", seen.GetProperty("leftTo").GetString());
        Assert.Equal("invalid_grant", seen.GetProperty("afterLogout").GetString());
        Assert.Contains("error=login_required", seen.GetProperty("silent").GetString(), StringComparison.Ordinal);
    }
}
