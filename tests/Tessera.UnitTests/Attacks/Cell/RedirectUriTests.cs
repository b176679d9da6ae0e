using System.Net;
using Tessera.UnitTests.Cell;

namespace Tessera.UnitTests.Attacks.Cell;

/// <summary>A redirect URI is the registered one, character by character, or there is no redirect at all.</summary>
public sealed class RedirectUriTests(SqliteCell fixture, ITestOutputHelper output) : CellTests(fixture), IClassFixture<SqliteCell>
{
    private const string Registered = CellTenant.RedirectUri; // https://app.test/cb

    private static readonly string[] Variants =
    [
        "https://app.test/cb/", "https://app.test/cb//", "https://app.test//cb", "https://app.test/./cb", "https://app.test/x/../cb", "https://app.test/cb/..", "https://app.test/cb/../cb", "https://app.test/CB",
        "https://APP.test/cb", "HTTPS://app.test/cb", "http://app.test/cb", "https://app.test:443/cb", "https://app.test:8443/cb", "https://app.test:/cb", "https://app.test./cb", "https://.app.test/cb",
        "https://app.test/cb?", "https://app.test/cb?x=1", "https://app.test/cb?code=1", "https://app.test/cb#", "https://app.test/cb#x", "https://app.test/cb;x", "https://app.test/cb%2f", "https://app.test/%63b",
        "https://app.test/cb%00", "https://app.test/cb\0", "https://app.test/cb%20", "https://app.test/cb ", " https://app.test/cb", "https://app.test/cb\t", "https://app.test/c\tb", "https://app.test/cb\r\n",
        "https://app.test/cb\nhttps://evil.test/", "https://app.test/cb,https://evil.test/", "https://app.test/cb https://evil.test/", "https://evil.test/", "https://evil.test/cb", "https://evil.test/app.test/cb", "https://app.test.evil.test/cb",
        "https://app.testevil.test/cb", "https://evilapp.test/cb", "https://app.test@evil.test/cb", "https://evil.test@app.test/cb", "https://@app.test/cb", "https://app.test:x@evil.test/cb", "https://evil.test#@app.test/cb",
        "https://evil.test\\@app.test/cb", "https://app.test\\.evil.test/cb", "https:\\\\app.test\\cb", "https:/app.test/cb", "https:app.test/cb", "https:///app.test/cb", "//app.test/cb", "//evil.test/cb", "/cb", "cb", "app.test/cb",
        "javascript:alert(1)//https://app.test/cb", "data:text/html,https://app.test/cb", "https://app.test/cb\u200b", "https://аpp.test/cb", "https://ａpp.test/cb", "https://app\u3002test/cb", "https://xn--pp-7ka.test/cb",
        "https://[::1]/cb", "https://127.0.0.1/cb", "https://app.test/cb/*", "https://*.test/cb", "https://app.test/c", "https://app.test/cbx", "https://app.test/cb\u0301", "https%3A%2F%2Fapp.test%2Fcb", "",
    ];

    [Fact]
    public async Task Only_the_registered_address_is_ever_redirected_to()
    {
        Assert.True(Variants.Distinct().Count() >= 60);
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        Assert.NotNull(await Acme.CodeAsync(cookie));
        var neighbours = await Cell.AddTenantAsync($"b{Guid.NewGuid():N}"[..20], draft => { draft.RedirectUris.Clear(); draft.RedirectUris.Add("https://neighbour.test/cb"); });
        string[] foreign = [neighbours.Client.RedirectUris[0], "https://app.test/out", $"{Globex.SignIn}/login"];
        foreach (var uri in Variants.Concat(foreign))
        {
            foreach (var with in new[] { cookie, null })
            {
                using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("redirect_uri", uri))}", with);
                Assert.True(response.StatusCode == HttpStatusCode.BadRequest && response.Headers.Location is null, $"'{uri}': {(int)response.StatusCode} {response.Headers.Location}");
            }
        }

        output.WriteLine($"{(Variants.Length + foreign.Length) * 2} requests with another redirect URI, 0 redirected");
    }

    [Fact]
    public async Task A_code_is_redeemed_with_the_address_it_was_sent_to_and_no_other()
    {
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        foreach (var uri in Variants.Where(uri => uri.Length > 0).Append(Globex.Client.RedirectUris[0] + "2"))
        {
            var code = (await Acme.CodeAsync(cookie))!;
            using var response = await Acme.PostAsync($"{Acme.Issuer}/oauth2/token", new()
            {
                ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = uri, ["client_id"] = Acme.Client.ClientId.Value, ["code_verifier"] = CellTenant.Verifier,
            });
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"'{uri}' for '{Registered}': {(int)response.StatusCode}");
        }
    }
}
