using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.RelyingParty;

/// <summary>What the two npm clients do with PAR, keys, introspection and devices; each with clients made for it through the admin API.</summary>
[Collection(DemoCollection.Name)]
public sealed class ConfidentialClientTests(Demo demo)
{
    private const string Resource = "https://orders.example";

    [Fact]
    public async Task Oauth4webapi_pushes_proves_itself_introspects_and_lets_a_device_in()
    {
        var (settings, sub) = await SettingsAsync("globex");
        var seen = await NodeScript.RunAsync("oauth4webapi.mjs", settings);
        Assert.Equal((sub, sub), (seen.GetProperty("sub").GetString(), seen.GetProperty("deviceSub").GetString()));
        Assert.Equal("urn:tessera:acr:pwd", seen.GetProperty("acr").GetString());
        Assert.True(seen.GetProperty("active").GetBoolean() && !seen.GetProperty("afterRevocation").GetBoolean() && seen.GetProperty("asked").GetBoolean());
        Assert.Equal("authorization_pending", seen.GetProperty("pending").GetString());
    }

    [Fact]
    public async Task Openid_client_pushes_proves_itself_narrows_introspects_and_polls_for_a_device()
    {
        var (settings, sub) = await SettingsAsync("acme");
        var seen = await NodeScript.RunAsync("openid-client-confidential.mjs", settings);
        Assert.Equal((sub, sub), (seen.GetProperty("sub").GetString(), seen.GetProperty("deviceSub").GetString()));
        Assert.True(seen.GetProperty("pushed").GetBoolean() && seen.GetProperty("active").GetBoolean());
        Assert.Equal((Resource, demo.File.Tenant("acme").TenantId), (seen.GetProperty("aud").ToString(), seen.GetProperty("tenantId").GetString()));
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, seen.GetProperty("name").ValueKind);
    }

    private async Task<(object Settings, string Sub)> SettingsAsync(string slug)
    {
        var (tenant, user) = (demo.File.Tenant(slug), demo.File.User(slug));
        var api = new AdminApi(demo.Visitor, demo.File.AdminApi, demo.File.AdminKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var redirect = $"{demo.File.OrdersApi}/callback/keys";
        var made = await api.MadeAsync($"/tenants/{tenant.TenantId}/clients", new
        {
            name = "Keys", type = "confidential", redirect_uris = new[] { redirect }, audiences = new[] { Resource, "orders" }, require_pushed_authorization = true,
            jwks = new { keys = new[] { new { kty = "EC", crv = "P-256", x = WebEncoders.Base64UrlEncode(point.X!), y = WebEncoders.Base64UrlEncode(point.Y!), kid = "k" } } },
        });
        Assert.False(made.TryGetProperty("client_secret", out var secret) && secret.ValueKind == System.Text.Json.JsonValueKind.String);
        var device = await api.MadeAsync($"/tenants/{tenant.TenantId}/clients", new { name = "Device", type = "public", grant_types = new[] { "urn:ietf:params:oauth:grant-type:device_code" } });
        return (new
        {
            issuer = $"{demo.File.AuthHost}/{tenant.Realm}", clientId = made.GetProperty("client_id").GetString(), privateKey = key.ExportPkcs8PrivateKeyPem(),
            deviceClientId = device.GetProperty("client_id").GetString(), redirectUri = redirect, resource = Resource, username = user.Username, password = user.Password,
        }, user.Sub);
    }
}
