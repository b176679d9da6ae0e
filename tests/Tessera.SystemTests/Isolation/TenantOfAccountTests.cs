using System.Net;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>An account's tenant is where it was made. Nothing that is written to it, by whomever and in whatever words, changes that.</summary>
[Collection(DemoCollection.Name)]
public sealed class TenantOfAccountTests(Demo demo)
{
    private static readonly string[] Names = ["tenant_id", "tenantId", "TENANT_ID", "custom:tenant_id", "realm_id", "realm", "sub", "attributes"];

    [Fact]
    public async Task No_write_moves_an_account_to_another_tenant()
    {
        var (acme, globex) = (await Party.OfDemoAsync(demo, "acme"), await Party.OfDemoAsync(demo, "globex"));
        var (username, password) = ($"mover-{Guid.NewGuid():N}@example.com", "correct horse battery staple");
        var users = $"/tenants/{acme.Tenant.TenantId}/users";
        var sub = (await new Admin(demo).PostAsync(users, new { username, password })).GetProperty("sub").GetString();
        foreach (var name in Names)
        {
            foreach (var (method, path, body) in new[]
            {
                (HttpMethod.Post, users, $$"""{"username":"{{Guid.NewGuid():N}}@example.com","password":"{{password}}","{{name}}":"{{globex.Tenant.TenantId}}"}"""),
                (HttpMethod.Patch, $"{users}/{sub}", $$"""{"enabled":true,"{{name}}":"{{globex.Tenant.TenantId}}"}"""),
                (HttpMethod.Post, $"{users}/import", $$"""{"import_key":"{{Guid.NewGuid():N}}","users":[{"username":"{{Guid.NewGuid():N}}@example.com","{{name}}":"{{globex.Tenant.TenantId}}"}]}"""),
            })
            {
                using var request = new HttpRequestMessage(method, demo.File.AdminApi + path) { Content = new StringContent(body, null, "application/json") };
                using var response = await demo.Visitor.SendAsync(request, bearer: demo.File.AdminKey);
                Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{method} {path} {body}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            }
        }

        var mover = acme with { User = new DemoUser("acme", username, password, sub!) };
        Assert.Equal(acme.Tenant.TenantId, TokenSet.Claims((await mover.TokensAsync(demo.Visitor)).Access).GetProperty("tenant_id").GetString());
        Assert.Null(await demo.Visitor.SignInAsync(globex.Tenant, username, password));
        using var elsewhere = await demo.Visitor.GetAsync($"{demo.File.AdminApi}/tenants/{globex.Tenant.TenantId}/users/{sub}", bearer: demo.File.AdminKey);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }
}
