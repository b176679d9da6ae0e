using System.Net;
using System.Text.Json;

namespace Tessera.UnitTests.Cell.Conformance;

/// <summary><c>oidcc-basic-certification-test-plan</c>: userInfo, scopes and the claims parameter.</summary>
public sealed class BasicClaimsTests(SqliteCell cell) : ConformanceTests(cell), IClassFixture<SqliteCell>
{
    [Fact]
    public async Task oidcc_userinfo_get()
    {
        var party = await PartyAsync();
        var signed = await party.SignInAsync();
        Assert.Equal(signed.IdToken.GetProperty("sub").GetString(), (await party.UserInfoAsync(signed.Tokens.Access)).GetProperty("sub").GetString());
    }

    [Fact]
    public async Task oidcc_userinfo_post_header()
    {
        var signed = await (await PartyAsync()).SignInAsync();
        using var response = await Acme.PostAsync($"{Acme.Issuer}/oauth2/userInfo", [], bearer: signed.Tokens.Access);
        await AssertSubAsync(signed, response);
    }

    [Fact]
    public async Task oidcc_userinfo_post_body()
    {
        var signed = await (await PartyAsync()).SignInAsync();
        using var response = await Acme.PostAsync($"{Acme.Issuer}/oauth2/userInfo", new() { ["access_token"] = signed.Tokens.Access });
        await AssertSubAsync(signed, response);
    }

    [Fact]
    public async Task oidcc_scope_profile()
    {
        var party = await PartyAsync();
        var info = await party.UserInfoAsync((await party.SignInAsync(("scope", "openid profile"))).Tokens.Access);
        Assert.Equal(("A Name", Ada), (info.GetProperty("name").GetString(), info.GetProperty("preferred_username").GetString()));
        Assert.False(info.TryGetProperty("email", out _));
    }

    [Fact]
    public async Task oidcc_scope_email()
    {
        var party = await PartyAsync();
        var signed = await party.SignInAsync(("scope", "openid email"));
        var info = await party.UserInfoAsync(signed.Tokens.Access);
        Assert.Equal((Ada, JsonValueKind.False), (info.GetProperty("email").GetString(), info.GetProperty("email_verified").ValueKind));
        Assert.False(info.TryGetProperty("name", out _) || signed.IdToken.TryGetProperty("name", out _));
    }

    [Fact]
    public async Task oidcc_scope_address() => Assert.DoesNotContain("address", Strings(await DiscoveryAsync(), "scopes_supported")); // the module is skipped then

    [Fact]
    public async Task oidcc_scope_phone() => Assert.DoesNotContain("phone", Strings(await DiscoveryAsync(), "scopes_supported"));

    [Fact]
    public async Task oidcc_scope_all()
    {
        // Skipped by the suite, as two of the four scopes are not there; the other two go together.
        Assert.NotEqual(4, Strings(await DiscoveryAsync(), "scopes_supported").Intersect(["address", "email", "phone", "profile"]).Count());
        var party = await PartyAsync();
        var info = await party.UserInfoAsync((await party.SignInAsync(("scope", "openid email profile"))).Tokens.Access);
        Assert.Equal((Ada, "A Name"), (info.GetProperty("email").GetString(), info.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task oidcc_claims_essential()
    {
        Assert.True((await DiscoveryAsync()).GetProperty("claims_parameter_supported").GetBoolean());
        var party = await PartyAsync();
        var signed = await party.SignInAsync(("claims", """{"userinfo":{"name":{"essential":true}}}"""));
        var info = await party.UserInfoAsync(signed.Tokens.Access);
        Assert.Equal("A Name", info.GetProperty("name").GetString());
        Assert.False(signed.IdToken.TryGetProperty("name", out _) || info.TryGetProperty("email", out _) || info.TryGetProperty("preferred_username", out _));
    }

    private static async Task AssertSubAsync(FlowResult signed, HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var info = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(signed.IdToken.GetProperty("sub").GetString(), info.GetProperty("sub").GetString());
    }
}
