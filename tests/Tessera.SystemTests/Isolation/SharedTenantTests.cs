using System.Net;
using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>
/// Two tenants of one realm share issuer, keys, host and client; what parts them is the tenant in each ticket, and who has a
/// place where. Peter is of initech alone, Gavin of hooli alone, Sam of both.
/// </summary>
[Collection(DemoCollection.Name)]
public sealed class SharedTenantTests(Demo demo)
{
    private const string Sam = "sam@example.com";
    private const string Peter = "peter@initech.example";
    private const string Gavin = "gavin@hooli.example";

    [Fact]
    public async Task Sam_is_one_sub_in_both_and_each_token_is_good_for_its_own_tenants_orders_alone()
    {
        var (initech, hooli) = (await TokensAsync("initech", Sam), await TokensAsync("hooli", Sam));
        Assert.Equal(Claim(initech.Access, "sub"), Claim(hooli.Access, "sub"));
        Assert.Equal((Id("initech"), Id("hooli")), (Claim(initech.Access, "tenant_id"), Claim(hooli.Access, "tenant_id")));
        var (atInitech, atHooli) = (await OrdersAsync(initech.Access), await OrdersAsync(hooli.Access));
        Assert.Contains("Stapler", atInitech, StringComparison.Ordinal);
        Assert.DoesNotContain("Stapler", atHooli, StringComparison.Ordinal);
        Assert.Contains("Signature box", atHooli, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_of_one_tenant_is_refused_at_the_other_as_at_one_that_is_not_there()
    {
        var initech = demo.File.Tenant("initech");
        var cookie = await demo.Visitor.SignInAsync(initech, Peter, demo.File.User("initech", Peter).Password);
        var answers = new List<string>();
        foreach (var name in new[] { "hooli", "acme", "nobody", Id("hooli"), Id("globex"), Guid.CreateVersion7().ToString() })
        {
            using var response = await demo.Visitor.GetAsync($"{initech.SignInHost}/oauth2/authorize{Visitor.AuthorizeQuery(initech, named: name)}", cookie);
            answers.Add($"{(int)response.StatusCode} {response.Headers.Location}");
        }

        Assert.Contains("error=access_denied", Assert.Single(answers.Distinct()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ticket_of_one_tenant_gives_tokens_of_no_other()
    {
        var (initech, hooli) = (demo.File.Tenant("initech"), demo.File.Tenant("hooli"));
        var tokens = await TokensAsync("initech", Sam);
        using var refreshed = await demo.Visitor.PostAsync($"{demo.File.AuthHost}/{initech.Realm}/oauth2/token", new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token", ["refresh_token"] = tokens.Refresh, ["client_id"] = initech.ClientId, ["tenant"] = "hooli", ["tenant_id"] = Id("hooli"),
        });
        Assert.Equal(Id("initech"), Claim((await TokenSet.ReadAsync(refreshed)).Access, "tenant_id"));

        var cookie = await demo.Visitor.SignInAsync(initech, Sam, demo.File.User("initech", Sam).Password);
        var code = await demo.Visitor.CodeAsync(initech, cookie!);
        using var redeemed = await demo.Visitor.PostAsync($"{demo.File.AuthHost}/{hooli.Realm}/oauth2/token?tenant=hooli", new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code", ["code"] = code!, ["redirect_uri"] = hooli.RedirectUri, ["client_id"] = hooli.ClientId,
            ["code_verifier"] = Visitor.Verifier, ["tenant"] = "hooli",
        });
        Assert.True(!redeemed.IsSuccessStatusCode || Claim((await TokenSet.ReadAsync(redeemed)).Access, "tenant_id") == Id("initech"));
    }

    [Fact]
    public async Task Naming_the_other_tenant_to_the_api_is_refused()
    {
        var tokens = await TokensAsync("initech", Sam);
        using var named = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders", bearer: tokens.Access, headers: ("X-Tenant-Id", Id("hooli")));
        Assert.Equal(HttpStatusCode.BadRequest, named.StatusCode);
        using var hoolis = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders", bearer: (await TokensAsync("hooli", Gavin)).Access);
        using var json = JsonDocument.Parse(await hoolis.Content.ReadAsStringAsync());
        var id = json.RootElement.GetProperty("orders")[0].GetProperty("id").GetInt64();
        using var foreign = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders/{id}", bearer: tokens.Access);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
    }

    [Fact]
    public async Task A_key_of_one_tenant_sees_none_of_the_other_and_sets_nobodys_password()
    {
        var initech = await Party.OfDemoAsync(demo, "initech");
        var (_, key) = await new Admin(demo).RestrictedKeyAsync(initech, $"initech {Guid.NewGuid():N}");
        string At(string path) => demo.File.AdminApi + path;
        var gavin = demo.File.User("hooli", Gavin).Sub;
        foreach (var path in new[]
        {
            $"/tenants/{Id("hooli")}", $"/tenants/{Id("hooli")}/users", $"/tenants/{Id("hooli")}/users/{gavin}",
            "/shared-realms", $"/shared-realms/{initech.Tenant.Realm}", $"/shared-realms/{initech.Tenant.Realm}/accounts", $"/shared-realms/{initech.Tenant.Realm}/clients",
        })
        {
            using var response = await demo.Visitor.GetAsync(At(path), bearer: key);
            Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden, $"{path}: {response.StatusCode}");
        }

        using var notHere = await demo.Visitor.GetAsync(At($"/tenants/{Id("initech")}/users/{gavin}"), bearer: key);
        Assert.Equal(HttpStatusCode.NotFound, notHere.StatusCode);
        using var users = await demo.Visitor.GetAsync(At($"/tenants/{Id("initech")}/users"), bearer: key);
        Assert.DoesNotContain(Gavin, await users.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // Whoever could choose a shared account's password could sign in wherever that person is a member, now or later.
        using var first = await demo.Visitor.PostJsonAsync(At($"/tenants/{Id("initech")}/users"), new { username = "cfo@hooli.example", password = "known to initech" }, key);
        Assert.Contains("shared_account_credentials", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var change = new HttpRequestMessage(HttpMethod.Patch, At($"/tenants/{Id("initech")}/users/{initech.User.Sub}")) { Content = new StringContent("""{"password":"known to initech"}""", null, "application/json") };
        using var later = await demo.Visitor.SendAsync(change, bearer: key);
        Assert.Contains("shared_account_credentials", await later.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_membership_that_ends_is_refused_by_the_api_within_a_second_and_elsewhere_nothing_changes()
    {
        var username = $"leaver-{Guid.NewGuid():N}@example.com";
        var password = "correct horse battery staple";
        var admin = new Admin(demo);
        var sub = (await admin.PostAsync($"/tenants/{Id("initech")}/users", new { username, password })).GetProperty("sub").GetString();
        await admin.PostAsync($"/tenants/{Id("hooli")}/users", new { username });
        var (initech, hooli) = (await TokensAsync("initech", username, password), await TokensAsync("hooli", username, password));
        await OrdersAsync(initech.Access);

        using var ending = new HttpRequestMessage(HttpMethod.Delete, $"{demo.File.AdminApi}/tenants/{Id("initech")}/users/{sub}");
        using var ended = await demo.Visitor.SendAsync(ending, bearer: demo.File.AdminKey);
        Assert.True(ended.IsSuccessStatusCode, await ended.Content.ReadAsStringAsync());
        var acknowledged = System.Diagnostics.Stopwatch.StartNew();
        using var refresh = await demo.Visitor.RefreshAsync(demo.File.AuthHost, demo.File.Tenant("initech"), initech.Refresh);
        Assert.Equal(HttpStatusCode.BadRequest, refresh.StatusCode);
        while (true)
        {
            using var response = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders", bearer: initech.Access);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
            {
                break;
            }

            Assert.True(acknowledged.Elapsed < TimeSpan.FromSeconds(10), "The token is still accepted.");
            await Task.Delay(20);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"a token of an ended membership was refused {acknowledged.ElapsedMilliseconds} ms after the end was acknowledged");
        await OrdersAsync(hooli.Access);
        using var still = await demo.Visitor.RefreshAsync(demo.File.AuthHost, demo.File.Tenant("hooli"), hooli.Refresh);
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    private string Id(string slug) => demo.File.Tenant(slug).TenantId;

    private static string? Claim(string token, string name) => TokenSet.Claims(token).GetProperty(name).GetString();

    private async Task<TokenSet> TokensAsync(string slug, string username, string? password = null)
    {
        var tenant = demo.File.Tenant(slug);
        var cookie = await demo.Visitor.SignInAsync(tenant, username, password ?? demo.File.User(slug, username).Password) ?? throw new InvalidOperationException($"{slug} refused {username}.");
        var code = await demo.Visitor.CodeAsync(tenant, cookie) ?? throw new InvalidOperationException($"{slug} gave {username} no code.");
        using var response = await demo.Visitor.RedeemAsync(demo.File.AuthHost, tenant, code);
        return await TokenSet.ReadAsync(response, cookie);
    }

    private async Task<string> OrdersAsync(string token)
    {
        using var response = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders", bearer: token);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }
}
