namespace Tessera.UnitTests.Cell.Protocol;

public sealed class ClaimsAndResourceOnSqlite(SqliteCell cell) : ClaimsAndResourceTests(cell), IClassFixture<SqliteCell>;

public sealed class ClaimsAndResourceOnPostgres(PostgresCell cell) : ClaimsAndResourceTests(cell), IClassFixture<PostgresCell>;

/// <summary>The <c>claims</c> and <c>resource</c> parameters, and what tokens say because of them.</summary>
public abstract class ClaimsAndResourceTests(CellFixture cell) : ProtocolTests(cell)
{
    private const string Orders = "https://orders.test";
    private const string Bills = "https://bills.test";

    [Fact]
    public async Task An_access_token_is_what_RFC_9068_says()
    {
        var (client, secret) = await ConfidentialAsync();
        var (_, body) = await RedeemAsync(client, secret, await CodeAsync(client, (await Acme.SignInAsync(Ada, AcmePassword))!));
        var access = Text(body, "access_token")!;
        var header = System.Text.Json.JsonDocument.Parse(Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(access.Split('.')[0])).RootElement;
        Assert.Equal("at+jwt", Text(header, "typ"));
        foreach (var claim in new[] { "iss", "exp", "aud", "sub", "client_id", "iat", "jti", "scope", "auth_time", "acr", "amr", "tenant_id" })
        {
            Assert.True(Text(Tokens.Claims(access), claim) is { Length: > 0 }, $"{claim} is missing.");
        }

        Assert.Null(Text(Tokens.Claims(access), "custom:tenant_id"));
        var (_, machine) = await PostAsync($"{Acme.Issuer}/oauth2/token", client, secret, ("grant_type", "client_credentials"), ("scope", "orders"));
        Assert.Null(Text(Tokens.Claims(Text(machine, "access_token")!), "acr")); // nobody signed in
    }

    [Fact]
    public async Task A_client_that_asks_gets_the_tenant_under_Cognitos_name_too()
    {
        var (client, secret) = await ConfidentialAsync(draft => draft.CustomTenantClaim = true);
        var (_, body) = await RedeemAsync(client, secret, await CodeAsync(client, (await Acme.SignInAsync(Ada, AcmePassword))!));
        var (_, refreshed) = await PostAsync($"{Acme.Issuer}/oauth2/token", client, secret, ("grant_type", "refresh_token"), ("refresh_token", Text(body, "refresh_token")!));
        var (_, machine) = await PostAsync($"{Acme.Issuer}/oauth2/token", client, secret, ("grant_type", "client_credentials"), ("scope", "orders"));
        foreach (var token in new[] { Text(body, "access_token"), Text(body, "id_token"), Text(refreshed, "access_token"), Text(machine, "access_token") })
        {
            Assert.Equal((Acme.Id.ToString(), Acme.Id.ToString()), (Text(Tokens.Claims(token!), "custom:tenant_id"), Text(Tokens.Claims(token!), "tenant_id")));
        }
    }

    [Fact]
    public async Task Claims_that_are_asked_for_by_name_come_where_they_were_asked_for_and_stay_through_a_refresh()
    {
        var (client, secret) = await ConfidentialAsync();
        var code = await CodeAsync(
            client, (await Acme.SignInAsync(Ada, AcmePassword))!, ("scope", "openid offline_access"),
            ("claims", """{"id_token":{"email":null,"nickname":{"essential":true}},"userinfo":{"name":{"essential":true},"auth_time":null,"acr":null,"email_verified":null}}"""));
        var (_, first) = await RedeemAsync(client, secret, code);
        var (_, second) = await PostAsync($"{Acme.Issuer}/oauth2/token", client, secret, ("grant_type", "refresh_token"), ("refresh_token", Text(first, "refresh_token")!));
        foreach (var tokens in new[] { first, second })
        {
            var id = Tokens.Claims(Text(tokens, "id_token")!);
            Assert.Equal((Ada, null, null), (Text(id, "email"), Text(id, "name"), Text(id, "nickname")));
            using var response = await Acme.GetAsync($"{Acme.Issuer}/oauth2/userInfo", bearer: Text(tokens, "access_token"));
            var info = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            Assert.Equal(("A Name", "False", null, null), (Text(info, "name"), Text(info, "email_verified"), Text(info, "email"), Text(info, "preferred_username")));
            Assert.Equal((Text(id, "auth_time"), Text(id, "acr")), (Text(info, "auth_time"), Text(info, "acr")));
        }
    }

    [Theory]
    [InlineData("[]", "invalid_request")]
    [InlineData("{", "invalid_request")]
    [InlineData("""{"id_token":{"acr":{"essential":true,"values":["urn:mace:incommon:iap:silver"]}}}""", "unmet_authentication_requirements")]
    [InlineData("""{"id_token":{"acr":{"values":["urn:mace:incommon:iap:silver"]}}}""", null)]
    [InlineData("""{"id_token":{"acr":{"essential":true,"values":["urn:tessera:acr:pwd"]}},"userinfo":5,"other":{}}""", null)]
    [InlineData("""{"id_token":{"sub":{"value":"00000000-0000-0000-0000-000000000000"}}}""", "login_required")]
    public async Task A_claims_parameter_is_read_as_the_standard_has_it(string claims, string? error)
    {
        using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("claims", claims), ("prompt", "none"))}", await Acme.SignInAsync(Ada, AcmePassword));
        Assert.Equal(error, Query(response).GetValueOrDefault("error"));
        Assert.Equal(error is null, Query(response).ContainsKey("code"));
    }

    [Fact]
    public async Task A_claims_parameter_has_4_KiB_at_most()
    {
        using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("claims", $$"""{"x":"{{new string('x', 4096)}}"}"""))}");
        Assert.Equal("invalid_request", Query(response)["error"]);
    }

    [Fact]
    public async Task A_resource_narrows_the_grant_at_authorize_and_one_token_at_the_token_endpoint()
    {
        var (client, secret) = await ConfidentialAsync(draft => draft.Audiences.AddRange([Orders, Bills, "plain"]));
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        var (_, all) = await RedeemAsync(client, secret, await CodeAsync(client, cookie));
        Assert.Equal([Orders, Bills, "plain"], Audience(Text(all, "access_token")!));

        var (_, one) = await RedeemAsync(client, secret, await CodeAsync(client, cookie), ("resource", Orders));
        Assert.Equal([Orders], Audience(Text(one, "access_token")!));
        var (_, again) = await PostAsync($"{Acme.Issuer}/oauth2/token", client, secret, ("grant_type", "refresh_token"), ("refresh_token", Text(one, "refresh_token")!));
        Assert.Equal([Orders, Bills, "plain"], Audience(Text(again, "access_token")!)); // the refresh token keeps what was granted

        var narrow = await CodeAsync(client, cookie, ("resource", Bills));
        var (status, refused) = await RedeemAsync(client, secret, narrow, ("resource", Orders));
        Assert.Equal((400, "invalid_target"), (status, Text(refused, "error")));
        var (_, narrowed) = await RedeemAsync(client, secret, await CodeAsync(client, cookie, ("resource", Bills)));
        Assert.Equal([Bills], Audience(Text(narrowed, "access_token")!));
        var (_, later) = await PostAsync($"{Acme.Issuer}/oauth2/token", client, secret, ("grant_type", "refresh_token"), ("refresh_token", Text(narrowed, "refresh_token")!));
        Assert.Equal([Bills], Audience(Text(later, "access_token")!));
        (status, refused) = await PostAsync($"{Acme.Issuer}/oauth2/token", client, secret, ("grant_type", "refresh_token"), ("refresh_token", Text(later, "refresh_token")!), ("resource", Orders));
        Assert.Equal((400, "invalid_target"), (status, Text(refused, "error")));
    }

    [Fact]
    public async Task A_machine_narrows_its_token_to_several_resources_of_its_own_and_to_no_other()
    {
        var (client, secret) = await ConfidentialAsync(draft => draft.Audiences.AddRange([Orders, Bills, "plain"]));
        var (_, two) = await PostAsync($"{Acme.Issuer}/oauth2/token", client, secret, ("grant_type", "client_credentials"), ("resource", Orders), ("resource", "plain"));
        Assert.Equal([Orders, "plain"], Audience(Text(two, "access_token")!));
        var (status, body) = await PostAsync($"{Acme.Issuer}/oauth2/token", client, secret, ("grant_type", "client_credentials"), ("resource", "https://else.test"));
        Assert.Equal((400, "invalid_target"), (status, Text(body, "error")));
        using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("client_id", client.ClientId.Value), ("resource", "https://else.test"))}");
        Assert.Equal("invalid_target", Query(response)["error"]);
    }
}
