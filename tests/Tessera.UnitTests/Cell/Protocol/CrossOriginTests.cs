using System.Net;

namespace Tessera.UnitTests.Cell.Protocol;

public sealed class CrossOriginOnSqlite(SqliteCell cell) : CrossOriginTests(cell), IClassFixture<SqliteCell>;

public sealed class CrossOriginOnPostgres(PostgresCell cell) : CrossOriginTests(cell), IClassFixture<PostgresCell>;

/// <summary>What scripts of other origins may call.</summary>
public abstract class CrossOriginTests(CellFixture cell) : ProtocolTests(cell)
{
    private const string App = "https://app.test";

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks.json")]
    public async Task What_the_issuer_publishes_is_for_every_origin(string path)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Options })
        {
            using var response = await SendAsync(method, Acme.Issuer + path, "https://anybody.test");
            Assert.Equal("*", Allowed(response));
        }
    }

    [Theory]
    [InlineData("token")]
    [InlineData("userInfo")]
    [InlineData("revoke")]
    [InlineData("introspect")]
    [InlineData("par")]
    [InlineData("device_authorization")]
    public async Task The_token_endpoints_are_for_the_origins_of_the_realms_clients(string endpoint)
    {
        foreach (var door in new[] { Acme.Issuer, Acme.SignIn })
        {
            using var preflight = await SendAsync(HttpMethod.Options, $"{door}/oauth2/{endpoint}", App);
            Assert.Equal((HttpStatusCode.NoContent, App), (preflight.StatusCode, Allowed(preflight)));
            Assert.Contains("Authorization", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
            using var call = await SendAsync(HttpMethod.Post, $"{door}/oauth2/{endpoint}", App);
            Assert.Equal(App, Allowed(call));
            foreach (var origin in new[] { "https://evil.test", "http://app.test", "https://app.test:444", "https://app.tes", "null", "https://app.test/cb", "https://app.test\"", "%" })
            {
                using var foreign = await SendAsync(HttpMethod.Options, $"{door}/oauth2/{endpoint}", origin);
                Assert.Equal((origin, null), (origin, Allowed(foreign)));
            }
        }
    }

    [Fact]
    public async Task An_origin_of_one_tenants_client_is_none_at_another()
    {
        await Cell.AddClientAsync(Acme, draft => draft.RedirectUris[0] = "https://acme-only.test/cb");
        using var home = await SendAsync(HttpMethod.Options, $"{Acme.Issuer}/oauth2/token", "https://acme-only.test");
        Assert.Equal("https://acme-only.test", Allowed(home));
        using var elsewhere = await SendAsync(HttpMethod.Options, $"{Globex.Issuer}/oauth2/token", "https://acme-only.test");
        Assert.Null(Allowed(elsewhere));
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/logout")]
    [InlineData("/device")]
    [InlineData("/oauth2/authorize")]
    [InlineData("/")]
    public async Task No_page_is_for_another_origin(string path)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Options })
        {
            using var response = await SendAsync(method, Acme.SignIn + path, App);
            Assert.Null(Allowed(response));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string url, string origin)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.TryAddWithoutValidation("Origin", origin);
        if (method == HttpMethod.Options)
        {
            request.Headers.Add("Access-Control-Request-Method", "POST");
        }

        if (method == HttpMethod.Post)
        {
            request.Content = new FormUrlEncodedContent([]);
        }

        var response = await Cell.Http.SendAsync(request);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Credentials"));
        return response;
    }

    private static string? Allowed(HttpResponseMessage response) => response.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
}
