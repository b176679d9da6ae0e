using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Command;

/// <summary><c>GET /route</c> at the running demo's front door.</summary>
[Collection(DemoCollection.Name)]
public sealed class RouteTests(Demo demo)
{
    [Theory]
    [InlineData("acme", "eu-central-1")]
    [InlineData("globex", "us-east-1")]
    [InlineData("umbrella", "us-east-1")]
    public async Task Each_key_finds_the_tenant_and_its_public_fields_alone(string slug, string region)
    {
        var tenant = demo.File.Tenant(slug);
        string[] keys = [$"slug={slug}", $"host={new Uri(tenant.SignInHost).Authority}", $"client_id={tenant.ClientId}", $"realm={tenant.Realm}"];
        foreach (var key in keys)
        {
            using var response = await demo.Visitor.GetAsync($"{demo.File.AuthHost}/route?{key}");
            Assert.Equal(200, (int)response.StatusCode);
            var route = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            Assert.Equal(
                [
                    ("tenant_id", tenant.TenantId), ("slug", slug), ("user_pool_id", tenant.Realm), ("client_id", tenant.ClientId),
                    ("region", region), ("issuer", $"{demo.File.AuthHost}/{tenant.Realm}"), ("sign_in_host", tenant.SignInHost),
                ],
                route.EnumerateObject().Select(member => (member.Name, member.Value.GetString()!)));
        }
    }

    [Theory]
    [InlineData("slug=nobody")]
    [InlineData("host=nobody.localhost")]
    [InlineData("host=acme.localhost")] // the port is part of a host
    [InlineData("client_id=aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("realm=eu-central-1_AAAAAAAAA")]
    public async Task An_unknown_tenant_is_404(string key) => await RefusesAsync($"/route?{key}", 404, "route_unknown");

    [Theory]
    [InlineData("", "route_key_required")]
    [InlineData("?", "route_key_required")]
    [InlineData("?slug=acme&realm=eu-central-1_AAAAAAAAA", "route_key_required")]
    [InlineData("?slug=acme&slug=acme", "parameter_repeated")]
    [InlineData("?slug=", "parameter_invalid")]
    [InlineData("?slug=ACME!", "parameter_invalid")]
    [InlineData("?slug=acme%00", "parameter_invalid")]
    [InlineData("?host=a%2Fb", "parameter_invalid")]
    [InlineData("?realm=not-a-realm", "parameter_invalid")]
    [InlineData("?client_id=%27%20OR%201%3D1", "parameter_invalid")]
    [InlineData("?email=ada%40example.com", "parameter_unknown")]
    [InlineData("?tenant_id=1", "parameter_unknown")]
    public async Task A_malformed_question_is_400(string query, string code) => await RefusesAsync($"/route{query}", 400, code);

    [Theory]
    [InlineData("slug")]
    [InlineData("host")]
    [InlineData("client_id")]
    [InlineData("realm")]
    public async Task An_oversized_value_is_400(string key) => await RefusesAsync($"/route?{key}={new string('a', 257)}", 400, "parameter_invalid");

    private async Task RefusesAsync(string path, int status, string code)
    {
        using var response = await demo.Visitor.GetAsync(demo.File.AuthHost + path);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(code, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString());
    }
}
