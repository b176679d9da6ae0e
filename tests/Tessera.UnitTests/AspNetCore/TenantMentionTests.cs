using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Tenancy;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>The less usual places in which a request may name a tenant.</summary>
public sealed class TenantMentionTests(ApiHost host) : IClassFixture<ApiHost>
{
    private string Other => host.Directory.Globex.TenantId.ToString();

    [Theory]
    [InlineData("""[{"item":1},{"tenant_id":"OTHER"}]""", true)]
    [InlineData("""[{"TenantId":"globex"}]""", true)]
    [InlineData("""[{"tenant_id":["acme","globex"]}]""", true)]
    [InlineData("""{"tenant_id":["acme"]}""", true)]
    [InlineData("""{"tenant_id":{"id":"acme"}}""", true)]
    [InlineData("""[{"tenant_id":"acme"}]""", false)]
    [InlineData("""[{"azure":{"tenantId":"OTHER"}}]""", false)]
    [InlineData("""[["tenant_id","OTHER"]]""", false)]
    [InlineData("""{"tenant_id":null}""", false)]
    public Task In_the_objects_of_an_array(string body, bool isRefused) => PostAsync(body, "application/json", isRefused);

    [Theory]
    [InlineData("tenant_id=OTHER", true)]
    [InlineData("item=x&TENANT=globex", true)]
    [InlineData("tenant=acme&tenant=globex", true)]
    [InlineData("tenant-id=acme,globex", true)]
    [InlineData("%74enant_id=OTHER", true)]
    [InlineData("tenant=acme&item=globex", false)]
    [InlineData("tenant=", false)]
    public Task In_a_form(string body, bool isRefused) => PostAsync(body, "application/x-www-form-urlencoded", isRefused);

    [Theory]
    [InlineData("tenant_id", "OTHER", true)]
    [InlineData("Tenant", "globex", true)]
    [InlineData("tenant", "acme", false)]
    [InlineData("item", "globex", false)]
    public Task In_a_form_of_parts(string name, string value, bool isRefused) => PostAsync(
        $"--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n--b--\r\n", "multipart/form-data; boundary=b", isRefused);

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=other")]
    [InlineData("multipart/form-data; boundary=\"b\"; x=\"")]
    public Task A_form_that_is_none_is_no_failure(string type) => PostAsync("--b\r\nnonsense", type, isRefused: false);

    [Theory]
    [InlineData("tenant=globex", true)]
    [InlineData("a=b; TENANT_ID=OTHER", true)]
    [InlineData("tenant=acme; tenant=globex", true)]
    [InlineData("tenant=%67lobex", true)]
    [InlineData("tenant=acme; theme=globex", false)]
    [InlineData("my-tenant=globex", false)]
    public async Task In_a_cookie(string cookie, bool isRefused)
    {
        var response = await host.SendAsync(Token, change: request => request.Headers.TryAddWithoutValidation("Cookie", cookie.Replace("OTHER", Other, StringComparison.Ordinal)));
        Assert.Equal(isRefused ? HttpStatusCode.BadRequest : HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("globex.app.example.com", true)]
    [InlineData("GLOBEX.APP.example.com:8080", true)]
    [InlineData("a.acme.app.example.com", true)]
    [InlineData("acme.app.example.com", false)]
    [InlineData("api.example.com", false)]
    public async Task In_the_host_where_hosts_name_tenants(string name, bool isRefused)
    {
        await using var app = await DeclaredHost.StartAsync(
            routes => routes.MapGet("/who", () => "x").RequireTenant(), options: options => options.TenantHost = "{tenant}.app.example.com");
        var response = await app.GetAsync("/who", app.Directory.Token(app.Directory.Acme), name);
        Assert.Equal(isRefused ? HttpStatusCode.BadRequest : HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("app.example.com")]
    [InlineData("{tenant}")]
    [InlineData("{tenant}.{tenant}.example.com")]
    [InlineData("{tenant}.example.com:8080")]
    public void A_host_that_does_not_say_where_the_tenant_stands_is_none(string host) => Assert.False(TenantHost.IsWellFormed(host));

    private string Token => host.Directory.Token(host.Directory.Acme);

    private async Task PostAsync(string body, string type, bool isRefused)
    {
        var response = await host.SendAsync(Token, method: HttpMethod.Post, change: request =>
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.Replace("OTHER", Other, StringComparison.Ordinal)));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        });
        Assert.Equal(isRefused ? HttpStatusCode.BadRequest : HttpStatusCode.OK, response.StatusCode);
        Assert.True(isRefused || (await response.Content.ReadAsStringAsync()).EndsWith($" {body.Replace("OTHER", Other, StringComparison.Ordinal).Length}", StringComparison.Ordinal));
    }
}
