using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Tessera.Contracts.Keys;

namespace Tessera.UnitTests.Cell.Conformance;

/// <summary><c>oidcc-rp-initiated-logout-certification-test-plan</c>.</summary>
public sealed class LogoutTests(SqliteCell cell) : ConformanceTests(cell), IClassFixture<SqliteCell>
{
    private static readonly string State = new('s', 128);

    [Fact]
    public async Task oidcc_rp_initiated_logout_discovery_endpoint_verification() =>
        Assert.Equal($"{Acme.SignIn}/logout", (await DiscoveryAsync()).GetProperty("end_session_endpoint").GetString());

    [Fact]
    public async Task oidcc_rp_initiated_logout()
    {
        var (party, signed) = await SignedInAsync();
        using var response = await party.LogoutAsync(("id_token_hint", signed.Tokens.Id), ("post_logout_redirect_uri", RelyingParty.PostLogout), ("state", State));
        Assert.Equal($"{RelyingParty.PostLogout}?state={State}", response.Headers.Location!.ToString());
        await AssertSignedOutAsync(party);
    }

    [Fact]
    public async Task oidcc_rp_initiated_logout_no_state()
    {
        var (party, signed) = await SignedInAsync();
        using var response = await party.LogoutAsync(("id_token_hint", signed.Tokens.Id), ("post_logout_redirect_uri", RelyingParty.PostLogout));
        Assert.Equal(RelyingParty.PostLogout, response.Headers.Location!.ToString());
        await AssertSignedOutAsync(party);
    }

    [Theory]
    [InlineData("https://app.test/bad")]
    [InlineData("https://evil.test/out")]
    public async Task oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(string bad)
    {
        var (party, signed) = await SignedInAsync();
        using var response = await party.LogoutAsync(("id_token_hint", signed.Tokens.Id), ("post_logout_redirect_uri", bad), ("state", State));
        await PageAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri()
    {
        var (party, signed) = await SignedInAsync();
        using var response = await party.LogoutAsync(("id_token_hint", signed.Tokens.Id), ("post_logout_redirect_uri", RelyingParty.PostLogout + "?foo=bar"), ("state", State));
        await PageAsync(response);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task oidcc_rp_initiated_logout_modified_id_token_hint()
    {
        var (party, signed) = await SignedInAsync();
        var parts = signed.Tokens.Id!.Split('.');
        var unsigned = $"{WebEncoders.Base64UrlEncode("""{"alg":"none"}"""u8)}.{parts[1]}.";
        using var response = await party.LogoutAsync(("id_token_hint", unsigned), ("post_logout_redirect_uri", RelyingParty.PostLogout), ("state", State));
        await AssertAskedAsync(party, response);
    }

    [Fact]
    public async Task oidcc_rp_initiated_logout_bad_id_token_hint()
    {
        var (party, signed) = await SignedInAsync();
        using var stranger = IdentityKey.Create();
        var forged = CompactJws.Sign(stranger, "JWT", WebEncoders.Base64UrlDecode(signed.Tokens.Id!.Split('.')[1]));
        using var response = await party.LogoutAsync(("id_token_hint", forged), ("post_logout_redirect_uri", RelyingParty.PostLogout), ("state", State));
        await AssertAskedAsync(party, response);
    }

    [Fact]
    public async Task oidcc_rp_initiated_logout_no_id_token_hint()
    {
        var (party, _) = await SignedInAsync();
        using var response = await party.LogoutAsync(("post_logout_redirect_uri", RelyingParty.PostLogout), ("state", State));
        await AssertAskedAsync(party, response);
        using var confirmed = await Acme.PostAsync($"{Acme.SignIn}/logout", new() { ["post_logout_redirect_uri"] = RelyingParty.PostLogout, ["state"] = State, ["confirm"] = "yes" }, party.Cookie);
        Assert.Equal($"{RelyingParty.PostLogout}?state={State}", confirmed.Headers.Location!.ToString());
        await AssertSignedOutAsync(party);
    }

    [Fact]
    public async Task oidcc_rp_initiated_logout_no_post_logout_redirect_uri()
    {
        var (party, signed) = await SignedInAsync();
        using var response = await party.LogoutAsync(("id_token_hint", signed.Tokens.Id), ("state", State));
        await AssertOnSignedOutPageAsync(party, response);
    }

    [Fact]
    public Task oidcc_rp_initiated_logout_no_params() => ConfirmedAsync([]);

    [Fact]
    public Task oidcc_rp_initiated_logout_only_state() => ConfirmedAsync([("state", State)]);

    private async Task<(RelyingParty, FlowResult)> SignedInAsync()
    {
        var party = await PartyAsync();
        return (party, await party.SignInAsync());
    }

    // Without a proof of who asks, the person is asked, and may say yes.
    private async Task ConfirmedAsync((string Name, string? Value)[] parameters)
    {
        var (party, _) = await SignedInAsync();
        using var response = await party.LogoutAsync(parameters);
        await AssertAskedAsync(party, response);
        using var confirmed = await Acme.PostAsync($"{Acme.SignIn}/logout", new(parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value!)) { ["confirm"] = "yes" }, party.Cookie);
        await AssertOnSignedOutPageAsync(party, confirmed);
    }

    private static async Task AssertAskedAsync(RelyingParty party, HttpResponseMessage response)
    {
        Assert.Contains("Sign out of acme?", await PageAsync(response), StringComparison.Ordinal);
        using var silent = await party.AuthorizeAsync(party.Request(("prompt", "none")));
        Assert.Contains("code=", silent.Headers.Location!.Query, StringComparison.Ordinal); // still signed in
    }

    private async Task AssertOnSignedOutPageAsync(RelyingParty party, HttpResponseMessage response)
    {
        using var page = await Acme.GetAsync(Acme.SignIn + response.Headers.Location);
        Assert.Contains("You are signed out", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await AssertSignedOutAsync(party);
    }

    private static async Task AssertSignedOutAsync(RelyingParty party)
    {
        using var silent = await party.AuthorizeAsync(party.Request(("prompt", "none")));
        Assert.Equal("login_required", RelyingParty.Answer(silent.Headers.Location!)["error"]);
    }
}
