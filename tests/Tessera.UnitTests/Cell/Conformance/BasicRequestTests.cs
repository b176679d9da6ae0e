using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Tessera.UnitTests.Cell.Conformance;

/// <summary><c>oidcc-basic-certification-test-plan</c>: what an authorization request may say beside the necessary.</summary>
public sealed class BasicRequestTests(SqliteCell cell) : ConformanceTests(cell), IClassFixture<SqliteCell>
{
    [Fact]
    public Task oidcc_display_page() => SucceedsWithAsync("display", "page");

    [Fact]
    public Task oidcc_display_popup() => SucceedsWithAsync("display", "popup");

    [Fact]
    public async Task oidcc_prompt_login()
    {
        var party = await PartyAsync();
        var first = await party.SignInAsync();
        Cell.Time.Forward(TimeSpan.FromSeconds(1));
        var second = await party.SignInAsync(("prompt", "login"));
        Assert.True(second.Typed);
        Assert.True(second.IdToken.GetProperty("auth_time").GetInt64() > first.IdToken.GetProperty("auth_time").GetInt64());
    }

    [Fact]
    public async Task oidcc_prompt_none_not_logged_in()
    {
        var party = await PartyAsync();
        var state = new string('s', 128);
        using var response = await party.AuthorizeAsync(party.Request(("prompt", "none"), ("state", state)));
        var answer = RelyingParty.Answer(response.Headers.Location!);
        Assert.Equal(("login_required", state), (answer["error"], answer["state"]));
    }

    [Fact]
    public async Task oidcc_prompt_none_logged_in()
    {
        var party = await PartyAsync();
        var first = await party.SignInAsync();
        AssertSame(first, await party.SignInAsync(("prompt", "none")));
    }

    [Fact]
    public async Task oidcc_max_age_1()
    {
        var party = await PartyAsync();
        var first = await party.SignInAsync();
        Cell.Time.Forward(TimeSpan.FromSeconds(2));
        var second = await party.SignInAsync(("max_age", "1"));
        Assert.True(second.Typed);
        Assert.True(second.IdToken.GetProperty("auth_time").GetInt64() > first.IdToken.GetProperty("auth_time").GetInt64());
        Assert.InRange(second.IdToken.GetProperty("auth_time").GetInt64(), Cell.Time.GetUtcNow().ToUnixTimeSeconds() - 30, Cell.Time.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task oidcc_max_age_10000()
    {
        var party = await PartyAsync();
        var first = await party.SignInAsync(("max_age", "15000"));
        Cell.Time.Forward(TimeSpan.FromSeconds(1));
        AssertSame(first, await party.SignInAsync(("max_age", "10000")));
    }

    [Fact]
    public Task oidcc_ensure_request_with_unknown_parameter_succeeds() => SucceedsWithAsync("extra", "foobar");

    [Fact]
    public async Task oidcc_id_token_hint()
    {
        var party = await PartyAsync();
        var first = await party.SignInAsync();
        AssertSame(first, await party.SignInAsync(("prompt", "none"), ("id_token_hint", first.Tokens.Id)));
    }

    [Fact]
    public async Task oidcc_login_hint()
    {
        var party = await PartyAsync();
        using var response = await party.AuthorizeAsync(party.Request(("login_hint", CellTests.Ada)));
        using var page = await Acme.GetAsync(Acme.SignIn + response.Headers.Location);
        Assert.Contains($"value=\"{CellTests.Ada}\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await party.SignInAsync(("login_hint", CellTests.Ada));
    }

    [Fact]
    public Task oidcc_ui_locales() => SucceedsWithAsync("ui_locales", "se");

    [Fact]
    public Task oidcc_claims_locales() => SucceedsWithAsync("claims_locales", "se");

    [Fact]
    public async Task oidcc_ensure_request_with_acr_values_succeeds()
    {
        var supported = Strings(await DiscoveryAsync(), "acr_values_supported");
        var signed = await (await PartyAsync()).SignInAsync(("acr_values", string.Join(' ', supported)));
        Assert.Contains(signed.IdToken.GetProperty("acr").GetString(), supported);
        signed = await (await PartyAsync()).SignInAsync(("acr_values", "1 2"));
        Assert.Contains(signed.IdToken.GetProperty("acr").GetString(), supported); // voluntary: told as it is
    }

    [Fact]
    public async Task oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported()
    {
        Assert.False((await DiscoveryAsync()).GetProperty("request_uri_parameter_supported").GetBoolean());
        var party = await PartyAsync();
        using var response = await party.AuthorizeAsync(party.Request(("request_uri", "https://app.test/request.jwt")));
        Assert.Equal("request_uri_not_supported", RelyingParty.Answer(response.Headers.Location!)["error"]);
    }

    [Fact]
    public async Task oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported()
    {
        Assert.False((await DiscoveryAsync()).GetProperty("request_parameter_supported").GetBoolean());
        var party = await PartyAsync();
        using var response = await party.AuthorizeAsync(party.Request(("request", Unsigned(party.Request()))));
        var answer = RelyingParty.Answer(response.Headers.Location!);
        Assert.Equal(("request_not_supported", "the-state"), (answer["error"], answer["state"]));
    }

    [Fact]
    public async Task oidcc_ensure_request_object_with_redirect_uri()
    {
        var party = await PartyAsync();
        using var response = await party.AuthorizeAsync(party.Request(("redirect_uri", "https://app.test/other"), ("request", Unsigned(party.Request()))));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        await PageAsync(response); // the redirect URI outside is none of the client's: a page, not the one inside
    }

    private async Task SucceedsWithAsync(string name, string value)
    {
        var signed = await (await PartyAsync()).SignInAsync((name, value));
        Assert.True(signed.Typed);
    }

    private static void AssertSame(FlowResult first, FlowResult second)
    {
        Assert.False(second.Typed);
        foreach (var claim in new[] { "sub", "auth_time" })
        {
            Assert.Equal(first.IdToken.GetProperty(claim).ToString(), second.IdToken.GetProperty(claim).ToString());
        }
    }

    private static string Unsigned(Dictionary<string, string?> request) =>
        $"{WebEncoders.Base64UrlEncode("""{"alg":"none"}"""u8)}.{WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request)))}.";
}
