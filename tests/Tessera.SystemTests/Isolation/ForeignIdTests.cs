using System.Text.Json;
using Tessera.SystemTests.Isolation.Matrix;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>
/// What belongs to another tenant and what never was are one and the same to a caller: every route that takes an id
/// answers both alike, byte for byte.
/// </summary>
[Collection(DemoCollection.Name)]
public sealed class ForeignIdTests(Demo demo)
{
    [Fact]
    public async Task Every_route_answers_a_foreign_id_as_one_that_never_was()
    {
        var (mine, theirs) = (await Party.OfDemoAsync(demo, "acme"), await Party.OfDemoAsync(demo, "globex"));
        var key = (await new Admin(demo).RestrictedKeyAsync(mine, $"foreign ids {Guid.NewGuid():N}")).Key;
        var tried = 0;
        foreach (var surface in (await Inventory.ReadAsync(demo)).Where(surface => surface.Host == "control" && surface.Path.Contains('{', StringComparison.Ordinal)))
        {
            foreach (var (foreign, never) in Paths(surface.Path, mine, theirs))
            {
                Assert.Equal(await AskAsync(surface.Method, never, key), await AskAsync(surface.Method, foreign, key));
                tried++;
            }
        }

        Assert.True(tried >= 30, $"Only {tried} pairs of ids were tried.");
        TestContext.Current.TestOutputHelper?.WriteLine($"{tried} pairs of a foreign id and one that never was: answered alike");
    }

    [Fact]
    public async Task A_page_that_continues_after_a_foreign_row_shows_own_rows_alone()
    {
        var (mine, theirs) = (await Party.OfDemoAsync(demo, "acme"), await Party.OfDemoAsync(demo, "globex"));
        var admin = new Admin(demo, (await new Admin(demo).RestrictedKeyAsync(mine, $"foreign cursor {Guid.NewGuid():N}")).Key);
        var own = Subs(await admin.GetAsync($"/tenants/{mine.Tenant.TenantId}/users?limit=200"));
        Assert.Contains(mine.User.Sub, own);
        foreach (var cursor in new[] { theirs.User.Sub, Guid.Empty.ToString(), Guid.NewGuid().ToString() })
        {
            Assert.Empty(Subs(await admin.GetAsync($"/tenants/{mine.Tenant.TenantId}/users?limit=200&after={cursor}")).Except(own));
        }

        using var broken = await demo.Visitor.GetAsync($"{demo.File.AdminApi}/tenants/{mine.Tenant.TenantId}/users?after=1%20OR%201=1", bearer: demo.File.AdminKey);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, broken.StatusCode);
    }

    // The tenant itself foreign; and behind the caller's own tenant, somebody else's user or client.
    private static IEnumerable<(string Foreign, string Never)> Paths(string path, Party mine, Party theirs)
    {
        string With(string tenant, string sub, string client, string realm) => path
            .Replace("{tenantId}", tenant, StringComparison.Ordinal).Replace("{sub}", sub, StringComparison.Ordinal).Replace("{clientId}", client, StringComparison.Ordinal)
            .Replace("{realm}", realm, StringComparison.Ordinal).Replace("{keyId}", sub, StringComparison.Ordinal).Replace("{cell}", realm, StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal);
        var (nobody, nothing, nowhere) = (Guid.CreateVersion7().ToString(), "client-that-never-was", "eu-central-1_NeverWas1");
        if (path.Contains("{tenantId}", StringComparison.Ordinal))
        {
            yield return (With(theirs.Tenant.TenantId, theirs.User.Sub, theirs.Tenant.ClientId, ""), With(nobody, theirs.User.Sub, theirs.Tenant.ClientId, ""));
        }

        if (path.Contains("{sub}", StringComparison.Ordinal) || path.Contains("{clientId}", StringComparison.Ordinal))
        {
            yield return (
                With(mine.Tenant.TenantId, theirs.User.Sub, theirs.Tenant.ClientId, theirs.Tenant.Realm),
                With(mine.Tenant.TenantId, Guid.NewGuid().ToString(), nothing, nowhere));
        }

        if (path.Contains("{realm}", StringComparison.Ordinal))
        {
            yield return (With("", theirs.User.Sub, theirs.Tenant.ClientId, theirs.Tenant.Realm), With("", theirs.User.Sub, theirs.Tenant.ClientId, nowhere));
        }
    }

    private async Task<string> AskAsync(string method, string path, string key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), demo.File.AdminApi + path);
        request.Content = method is "GET" or "DELETE" ? null : new StringContent("{}", null, "application/json");
        using var response = await demo.Visitor.SendAsync(request, bearer: key);
        return $"{method} {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    private static List<string> Subs(JsonElement page) => [.. page.GetProperty("accounts").EnumerateArray().Select(account => account.GetProperty("sub").GetString()!)];
}
