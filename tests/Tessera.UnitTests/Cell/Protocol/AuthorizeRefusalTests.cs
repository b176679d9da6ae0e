using System.Net;

namespace Tessera.UnitTests.Cell.Protocol;

public sealed class AuthorizeRefusalOnSqlite(SqliteCell cell) : AuthorizeRefusalTests(cell), IClassFixture<SqliteCell>;

public sealed class AuthorizeRefusalOnPostgres(PostgresCell cell) : AuthorizeRefusalTests(cell), IClassFixture<PostgresCell>;

/// <summary>Where an authorization request's fault is told: to the application, unless it is the client or the redirect URI (RFC 6749, section 4.1.2.1).</summary>
public abstract class AuthorizeRefusalTests(CellFixture cell) : ProtocolTests(cell)
{
    [Theory]
    [InlineData("scope", "openid admin", "invalid_request")]
    [InlineData("response_type", "", "invalid_request")]
    [InlineData("response_type", "token", "unsupported_response_type")]
    [InlineData("response_type", "id_token", "unsupported_response_type")]
    [InlineData("response_mode", "fragment", "invalid_request")]
    [InlineData("response_mode", "form_post", "invalid_request")]
    [InlineData("code_challenge", "", "invalid_request")]
    [InlineData("code_challenge_method", "plain", "invalid_request")]
    [InlineData("prompt", "none login", "invalid_request")]
    [InlineData("prompt", "create", "invalid_request")]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported")]
    [InlineData("request_uri", "https://app.test/r", "request_uri_not_supported")]
    public async Task A_fault_of_the_request_goes_back_to_the_application(string name, string value, string error)
    {
        using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, (name, value))}");
        Assert.StartsWith(CellTenant.RedirectUri + "?", response.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal((error, "s", Acme.Issuer), (Query(response)["error"], Query(response)["state"], Query(response)["iss"]));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
    }

    [Theory]
    [InlineData("client_id", "nobody")]
    [InlineData("client_id", "")]
    [InlineData("redirect_uri", "https://evil.test/")]
    [InlineData("redirect_uri", "https://app.test/cb/")]
    [InlineData("redirect_uri", "")]
    public async Task A_fault_of_client_or_address_is_shown_and_leads_nowhere_whatever_else_is_wrong(string name, string value)
    {
        foreach (var also in new[] { ("state", "s"), ("response_type", "token"), ("request", "x"), ("scope", "openid admin") })
        {
            using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, (name, value), also)}", await Acme.SignInAsync(Ada, AcmePassword));
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Null(response.Headers.Location);
            Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        }
    }

    [Fact]
    public async Task Another_tenants_client_gets_no_answer_at_its_own_address()
    {
        using var response = await Globex.GetAsync($"{Globex.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("response_type", "token"))}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(response.Headers.Location);
    }

    [Fact]
    public async Task A_public_client_cannot_do_without_PKCE_whatever_it_says()
    {
        var client = await Cell.AddClientAsync(Acme, draft => draft.RequirePkce = false);
        using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("client_id", client.ClientId.Value), ("code_challenge", ""), ("code_challenge_method", ""))}");
        Assert.Equal("invalid_request", Query(response)["error"]);
    }
}
