using Microsoft.AspNetCore.WebUtilities;
using Tessera.UnitTests.Cell;
using Tokens = Tessera.UnitTests.Cell.Tokens;

namespace Tessera.UnitTests.Attacks.Cell;

/// <summary>Whoever asks for claims gets no other tenant, role or subject by it, however the name is written.</summary>
public sealed class ReservedClaimTests(SqliteCell fixture) : CellTests(fixture), IClassFixture<SqliteCell>
{
    private static readonly string[] Reserved =
    [
        "tenant_id", "TENANT_ID", "Tenant_Id", "tenantId", "tenant\\u005fid", "tenаnt_id", "tenant_id\\u200b", "tenant_id\\u0000", " tenant_id", "ｔenant_id", "custom:tenant_id", "custom:Tenant_id",
        "sub", "SUB", "iss", "aud", "client_id", "token_use", "roles", "role", "groups", "cognito:groups", "scope", "permissions", "admin", "exp", "jti", "amr", "sid", "oi_prst", "oi_au_id", "__proto__",
    ];

    [Fact]
    public async Task No_claim_that_is_asked_for_changes_who_a_token_is_of_or_what_it_may()
    {
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        var plain = await Acme.TokensAsync(cookie);
        foreach (var name in Reserved.Where(name => name != "sub"))
        {
            foreach (var value in new[] { $$"""{"value":"{{Globex.Id}}","essential":true}""", "null", "{}", $$"""{"values":["{{Globex.Id}}","admin"]}""" })
            {
                var member = $"{{\"{name}\":{value}}}";
                var tokens = await Acme.TokensAsync(cookie, ("claims", $"{{\"id_token\":{member},\"userinfo\":{member},\"access_token\":{member}}}"));
                Assert.Equal(Names(plain.Access), Names(tokens.Access));
                Assert.Equal(Names(plain.Id!), Names(tokens.Id!));
                var claims = Tokens.Claims(tokens.Access);
                Assert.Equal(Acme.Id.ToString(), claims.GetProperty("tenant_id").GetString());
                Assert.Equal(Tokens.Claims(plain.Access).GetProperty("sub").GetString(), claims.GetProperty("sub").GetString());
                Assert.Equal(Tokens.Claims(plain.Access).GetProperty("scope").GetString(), claims.GetProperty("scope").GetString());
            }
        }
    }

    [Theory]
    [InlineData("""{"id_token":{"email":null,"email":{"essential":true}}}""")]
    [InlineData("""{"id_token":{"sub":{"value":"a"}},"id_token":{}}""")]
    [InlineData("""{"id_token":{"sub":{"value":"a","value":"b"}}}""")]
    [InlineData("""{"id_token":{"sub":{"value":"a","v\u0061lue":"b"}}}""")]
    [InlineData("""{"id_token":{"sub":{"value":"\ud800"}}}""")]
    [InlineData("""{"id_token":{"acr":{"essential":true,"values":["\udfff"]}}}""")]
    [InlineData("""{"id_token":{"\ud800":null}}""")]
    public async Task What_two_readers_may_read_differently_is_refused(string claims)
    {
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("claims", claims))}", cookie);
        var location = response.Headers.Location!;
        Assert.Equal("invalid_request", QueryHelpers.ParseQuery(location.Query)["error"]);
    }

    private static string Names(string token) => string.Join(',', Tokens.Claims(token).EnumerateObject().Select(claim => claim.Name).Order(StringComparer.Ordinal));
}
