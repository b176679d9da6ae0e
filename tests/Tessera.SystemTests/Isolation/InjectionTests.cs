using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>Whatever a caller types is a value. It is answered, refused or kept as it is; it is never part of a statement.</summary>
[Collection(DemoCollection.Name)]
public sealed class InjectionTests(Demo demo)
{
    private static readonly string[] Corpus =
    [
        "'", "''", "\"", "`", "\\", "\\'", "';--", "' OR '1'='1", "' OR 1=1--", "\" OR \"\"=\"", "') OR ('1'='1", "1; DROP TABLE orders", "'; DELETE FROM orders; --", "' UNION SELECT tenant_id, item FROM orders--",
        "'; SELECT set_config('app.current_tenant_id', '{victim}', false); --", "'||(SELECT set_config('app.current_tenant_id','{victim}',false))||'", "$1", "$$x$$", "$tag$ x $tag$", "@p0", ":id", "?", "{0}", "{victim}", "%", "_", "%27%20OR%201=1", "\u02bc OR 1=1", "\uff07 OR 1=1",
        "x' AND pg_sleep(10)--", "E'\\x27'", "U&'\\0027'", "/**/OR/**/1=1", "admin'--", "1e309", "-1", "NULL", "NaN", "true", "\ufeff", "\u202e", "${jndi:ldap://127.0.0.1/x}", "<script>alert(1)</script>", "{{7*7}}", "../../etc/passwd", "\r\nSet-Cookie: tessera=x",
    ];

    [Fact]
    public async Task Whatever_is_typed_anywhere_is_a_value_and_nothing_of_another_tenant_comes_back()
    {
        var (acme, globex) = (await Party.OfDemoAsync(demo, "acme"), await Party.OfDemoAsync(demo, "globex"));
        var (mine, theirs) = (await acme.MachineTokenAsync(demo.Visitor), await globex.MachineTokenAsync(demo.Visitor));
        var canary = $"only globex {Guid.NewGuid():N}";
        using (var placed = await demo.Visitor.PostJsonAsync($"{demo.File.OrdersApi}/orders", new { item = canary, quantity = 1 }, theirs))
        {
            Assert.True(placed.IsSuccessStatusCode);
        }

        var before = await OrdersAsync(theirs);
        var failed = new List<string>();
        foreach (var text in Corpus.Select(text => text.Replace("{victim}", globex.Tenant.TenantId, StringComparison.Ordinal)))
        {
            foreach (var response in await TypeAsync(acme, mine, text))
            {
                using (response)
                {
                    var body = await response.Content.ReadAsStringAsync();
                    if ((int)response.StatusCode >= 500 || body.Contains(canary, StringComparison.Ordinal) || response.Headers.TryGetValues("Set-Cookie", out _))
                    {
                        failed.Add($"{text} at {response.RequestMessage?.Method} {response.RequestMessage?.RequestUri}: {(int)response.StatusCode} {body}");
                    }
                }
            }

            await KeptAsItIsAsync(mine, text);
        }

        Assert.Empty(failed);
        Assert.Equal(before, await OrdersAsync(theirs));
    }

    // Every place where a caller types a text that a store is asked about.
    private async Task<HttpResponseMessage[]> TypeAsync(Party party, string token, string text)
    {
        var (visitor, escaped, query) = (demo.Visitor, Uri.EscapeDataString(text), Visitor.AuthorizeQuery(party.Tenant));
        Dictionary<string, string> Form(params (string Name, string Value)[] fields) => fields.ToDictionary(field => field.Name, field => field.Value);
        return
        [
            await visitor.PostAsync($"{party.Tenant.SignInHost}/login{query}", Form(("username", text), ("password", ""))),
            await visitor.GetAsync($"{party.Tenant.SignInHost}/login?client_id={escaped}&redirect_uri={escaped}&login_hint={escaped}"),
            await visitor.GetAsync($"{party.Tenant.SignInHost}/oauth2/authorize?client_id={escaped}&redirect_uri={escaped}&response_type=code"),
            await visitor.GetAsync($"{party.Tenant.SignInHost}/oauth2/authorize{query}&tenant={escaped}&prompt=none", cookie: $"tessera={escaped}"),
            await visitor.PostAsync($"{party.Issuer}/oauth2/token", Form(("grant_type", "refresh_token"), ("refresh_token", text), ("client_id", party.Tenant.ClientId))),
            await visitor.PostAsync($"{party.Issuer}/oauth2/token", Form(("grant_type", "client_credentials"), ("client_id", text), ("client_secret", text), ("scope", text), ("tenant", text))),
            await visitor.PostAsync($"{party.Issuer}/oauth2/revoke", Form(("token", text), ("client_id", party.Tenant.ClientId))),
            await visitor.PostAsync($"{party.Tenant.SignInHost}/logout", Form(("id_token_hint", text), ("post_logout_redirect_uri", text))),
            await visitor.GetAsync($"{demo.File.AuthHost}/route?slug={escaped}"),
            await visitor.GetAsync($"{demo.File.AuthHost}/route?host={escaped}"),
            await visitor.GetAsync($"{demo.File.OrdersApi}/orders/{escaped}", bearer: token),
            await visitor.GetAsync($"{demo.File.OrdersApi}/orders?id={escaped}&order={escaped}", bearer: token),
            await visitor.GetAsync($"{demo.File.AdminApi}/tenants?slug={escaped}&after={escaped}", bearer: demo.File.AdminKey),
            await visitor.GetAsync($"{demo.File.AdminApi}/tenants/{party.Tenant.TenantId}/users?after={escaped}&username={escaped}", bearer: demo.File.AdminKey),
            await visitor.GetAsync($"{demo.File.AdminApi}/tenants/{party.Tenant.TenantId}/users/{escaped}", bearer: demo.File.AdminKey),
        ];
    }

    // An order's item is the one free text of the sample: it comes back as it was typed, or was refused.
    private async Task KeptAsItIsAsync(string token, string text)
    {
        using var placed = await demo.Visitor.PostJsonAsync($"{demo.File.OrdersApi}/orders", new { item = text, quantity = 1 }, token);
        if (placed.IsSuccessStatusCode)
        {
            using var json = JsonDocument.Parse(await placed.Content.ReadAsStringAsync());
            Assert.Equal(text, json.RootElement.GetProperty("item").GetString());
        }
        else
        {
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, placed.StatusCode);
        }
    }

    private async Task<List<string>> OrdersAsync(string token)
    {
        using var response = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders", bearer: token);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return [.. json.RootElement.GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("item").GetString()!)];
    }
}
