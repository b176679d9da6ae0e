using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using static System.Buffers.Text.Base64Url;

namespace Tessera.UnitTests.Cell.Conformance;

/// <summary><c>oidcc-basic-certification-test-plan</c>: the flow, its tokens and its clients.</summary>
public sealed class BasicFlowTests(SqliteCell cell) : ConformanceTests(cell), IClassFixture<SqliteCell>
{
    [Fact]
    public async Task oidcc_server()
    {
        var party = await PartyAsync();
        var signed = await party.SignInAsync();
        var claims = signed.IdToken;
        Assert.Equal(Acme.Issuer, claims.GetProperty("iss").GetString());
        Assert.Equal(party.Client.ClientId.Value, claims.GetProperty("aud").GetString());
        Assert.Equal("the-nonce", claims.GetProperty("nonce").GetString());
        var now = Cell.Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.InRange(claims.GetProperty("iat").GetInt64(), now - 60, now + 5);
        Assert.True(claims.GetProperty("exp").GetInt64() > now);
        Assert.InRange(claims.GetProperty("sub").GetString()!.Length, 1, 255);
        var digest = SHA256.HashData(Encoding.ASCII.GetBytes(signed.Tokens.Access));
        Assert.Equal(EncodeToString(digest.AsSpan(0, 16)), claims.GetProperty("at_hash").GetString());
        Assert.False(claims.TryGetProperty("name", out _) || claims.TryGetProperty("email", out _)); // nobody asked
        Assert.True(signed.Code.Length >= 43);
        using var response = await party.RedeemAsync((await party.FlowAsync(party.Request())).Answer["code"]);
        var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("Bearer", body.GetProperty("token_type").GetString());
        Assert.Equal(3600, body.GetProperty("expires_in").GetInt64(), 5d);
        Assert.Contains("no-store", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task oidcc_response_type_missing()
    {
        var party = await PartyAsync();
        using var response = await party.AuthorizeAsync(party.Request(("response_type", null)));
        var answer = RelyingParty.Answer(response.Headers.Location!);
        Assert.Equal(("invalid_request", "the-state"), (answer["error"], answer["state"]));
        Assert.Equal(Acme.Issuer, answer["iss"]);
    }

    [Fact]
    public async Task oidcc_idtoken_signature()
    {
        var signed = await (await PartyAsync()).SignInAsync();
        var header = JsonDocument.Parse(WebEncoders.Base64UrlDecode(signed.Tokens.Id!.Split('.')[0])).RootElement;
        Assert.Equal("RS256", header.GetProperty("alg").GetString());
        using var keys = JsonDocument.Parse(await (await Acme.GetAsync($"{Acme.Issuer}/.well-known/jwks.json")).Content.ReadAsStringAsync());
        var key = keys.RootElement.GetProperty("keys").EnumerateArray().Single(each => each.GetProperty("kid").GetString() == header.GetProperty("kid").GetString());
        using var rsa = RSA.Create(new RSAParameters { Modulus = DecodeFromChars(key.GetProperty("n").GetString()), Exponent = DecodeFromChars(key.GetProperty("e").GetString()) });
        var parts = signed.Tokens.Id!.Split('.');
        Assert.True(rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public async Task oidcc_idtoken_unsigned() =>
        Assert.DoesNotContain("none", Strings(await DiscoveryAsync(), "id_token_signing_alg_values_supported")); // the module is skipped then

    [Fact]
    public async Task oidcc_ensure_request_without_nonce_succeeds_for_code_flow()
    {
        var signed = await (await PartyAsync()).SignInAsync(("nonce", null));
        Assert.False(signed.IdToken.TryGetProperty("nonce", out _));
    }

    [Fact]
    public async Task oidcc_alternate_happy_flow()
    {
        var party = await PartyAsync();
        var request = party.Request(("scope", "email openid")).Reverse().ToDictionary();
        var (answer, _) = await party.FlowAsync(request);
        using var response = await party.RedeemAsync(answer["code"]);
        Assert.NotNull((await Tokens.ReadAsync(response)).Id);
    }

    [Fact]
    public async Task oidcc_codereuse()
    {
        var party = await PartyAsync();
        var signed = await party.SignInAsync();
        using var again = await party.RedeemAsync(signed.Code);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (again.StatusCode, await ErrorAsync(again)));
    }

    [Fact]
    public async Task oidcc_codereuse_30seconds()
    {
        var party = await PartyAsync();
        var signed = await party.SignInAsync();
        await party.UserInfoAsync(signed.Tokens.Access);
        Cell.Time.Forward(TimeSpan.FromSeconds(30));
        using var again = await party.RedeemAsync(signed.Code);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (again.StatusCode, await ErrorAsync(again)));
        using var info = await Acme.GetAsync($"{Acme.Issuer}/oauth2/userInfo", bearer: signed.Tokens.Access);
        Assert.Equal(HttpStatusCode.Unauthorized, info.StatusCode);
    }

    [Theory]
    [InlineData("https://app.test/cbx")]
    [InlineData("https://app.test/cb?x=1")]
    [InlineData("https://elsewhere.test/cb")]
    public async Task oidcc_ensure_registered_redirect_uri(string unregistered)
    {
        var party = await PartyAsync();
        using var response = await party.AuthorizeAsync(party.Request(("redirect_uri", unregistered)));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("redirect_uri", await PageAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task oidcc_ensure_post_request_succeeds()
    {
        var party = await PartyAsync();
        var (answer, _) = await party.FlowAsync(party.Request(), post: true);
        using var response = await party.RedeemAsync(answer["code"]);
        Assert.NotNull((await Tokens.ReadAsync(response)).Id);
    }

    [Fact]
    public async Task oidcc_server_client_secret_post()
    {
        var party = await PartyAsync();
        var (answer, _) = await party.FlowAsync(party.Request());
        using var response = await Acme.PostAsync($"{Acme.Issuer}/oauth2/token", new()
        {
            ["grant_type"] = "authorization_code", ["code"] = answer["code"], ["redirect_uri"] = CellTenant.RedirectUri,
            ["client_id"] = party.Client.ClientId.Value, ["client_secret"] = party.Secret,
        });
        Assert.NotNull((await Tokens.ReadAsync(response)).Id);
    }

    [Fact]
    public async Task oidcc_refresh_token()
    {
        // Like the suite: asks for consent where it asks for offline_access, for two clients.
        var (party, other) = (await PartyAsync(), await PartyAsync());
        var signed = await party.SignInAsync(("scope", "openid offline_access"), ("prompt", "consent"));
        Assert.True(signed.Typed);
        using var refreshed = await party.TokenAsync(("grant_type", "refresh_token"), ("refresh_token", signed.Tokens.Refresh!));
        var second = await Tokens.ReadAsync(refreshed);
        Assert.NotEqual(signed.Tokens.Access, second.Access);
        foreach (var claim in new[] { "iss", "sub", "aud", "auth_time" })
        {
            Assert.Equal(signed.IdToken.GetProperty(claim).ToString(), Tokens.Claims(second.Id!).GetProperty(claim).ToString());
        }

        await party.UserInfoAsync(second.Access);
        var others = await other.SignInAsync(("scope", "openid offline_access"), ("prompt", "consent"));
        using var stolen = await party.TokenAsync(("grant_type", "refresh_token"), ("refresh_token", others.Tokens.Refresh!));
        Assert.Equal("invalid_grant", await ErrorAsync(stolen));
    }

    [Fact]
    public async Task oidcc_ensure_request_with_valid_pkce_succeeds()
    {
        var party = await PartyAsync();
        var (answer, _) = await party.FlowAsync(party.Request(("code_challenge", CellTenant.Challenge), ("code_challenge_method", "S256")));
        using var without = await party.RedeemAsync(answer["code"]);
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        (answer, _) = await party.FlowAsync(party.Request(("code_challenge", CellTenant.Challenge), ("code_challenge_method", "S256")));
        using var response = await party.RedeemAsync(answer["code"], ("code_verifier", CellTenant.Verifier));
        Assert.NotNull((await Tokens.ReadAsync(response)).Id);
    }
}
