using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Tessera.UnitTests.Cell.Protocol;

/// <summary>Discovery says what is there and nothing else: each thing it names is tried with a request, and a new one fails here first.</summary>
public sealed class DiscoveryTests(SqliteCell cell) : ProtocolTests(cell), IClassFixture<SqliteCell>
{
    [Fact]
    public async Task Discovery_names_this_and_nothing_more()
    {
        var discovery = await ReadAsync();
        Dictionary<string, string> expected = new()
        {
            ["issuer"] = Acme.Issuer,
            ["authorization_endpoint"] = $"{Acme.SignIn}/oauth2/authorize",
            ["end_session_endpoint"] = $"{Acme.SignIn}/logout",
            ["token_endpoint"] = $"{Acme.Issuer}/oauth2/token",
            ["userinfo_endpoint"] = $"{Acme.Issuer}/oauth2/userInfo",
            ["revocation_endpoint"] = $"{Acme.Issuer}/oauth2/revoke",
            ["introspection_endpoint"] = $"{Acme.Issuer}/oauth2/introspect",
            ["pushed_authorization_request_endpoint"] = $"{Acme.Issuer}/oauth2/par",
            ["device_authorization_endpoint"] = $"{Acme.Issuer}/oauth2/device_authorization",
            ["jwks_uri"] = $"{Acme.Issuer}/.well-known/jwks.json",
            ["grant_types_supported"] = "authorization_code client_credentials refresh_token urn:ietf:params:oauth:grant-type:device_code",
            ["response_types_supported"] = "code",
            ["response_modes_supported"] = "query",
            ["scopes_supported"] = "email offline_access openid profile",
            ["claims_supported"] = "acr amr aud auth_time email email_verified exp iat iss name preferred_username sid sub tenant_id",
            ["id_token_signing_alg_values_supported"] = "ES256",
            ["code_challenge_methods_supported"] = "S256",
            ["subject_types_supported"] = "public",
            ["prompt_values_supported"] = "consent login none select_account",
            ["acr_values_supported"] = "urn:tessera:acr:pwd",
            ["token_endpoint_auth_methods_supported"] = "client_secret_basic client_secret_post none private_key_jwt",
            ["revocation_endpoint_auth_methods_supported"] = "client_secret_basic client_secret_post none private_key_jwt",
            ["introspection_endpoint_auth_methods_supported"] = "client_secret_basic client_secret_post private_key_jwt",
            ["pushed_authorization_request_endpoint_auth_methods_supported"] = "client_secret_basic client_secret_post none private_key_jwt",
            ["device_authorization_endpoint_auth_methods_supported"] = "client_secret_basic client_secret_post none private_key_jwt",
            ["token_endpoint_auth_signing_alg_values_supported"] = "ES256 RS256",
            ["revocation_endpoint_auth_signing_alg_values_supported"] = "ES256 RS256",
            ["introspection_endpoint_auth_signing_alg_values_supported"] = "ES256 RS256",
            ["claims_parameter_supported"] = "True",
            ["request_parameter_supported"] = "False",
            ["request_uri_parameter_supported"] = "False",
            ["require_pushed_authorization_requests"] = "False",
            ["tls_client_certificate_bound_access_tokens"] = "False",
            ["authorization_response_iss_parameter_supported"] = "True",
            ["backchannel_logout_supported"] = "True",
            ["backchannel_logout_session_supported"] = "True",
        };
        var said = discovery.EnumerateObject().ToDictionary(member => member.Name, member => Say(member.Value));
        Assert.Equal(expected.OrderBy(member => member.Key, StringComparer.Ordinal), said.OrderBy(member => member.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_endpoint_it_names_answers_as_that_endpoint()
    {
        foreach (var member in (await ReadAsync()).EnumerateObject().Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal)))
        {
            using var posted = await Acme.PostAsync(member.Value.GetString()!, []);
            Assert.True(posted.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.OK or HttpStatusCode.Redirect, $"{member.Name}: {posted.StatusCode}");
        }
    }

    [Fact]
    public async Task Every_grant_type_it_names_is_known_and_any_other_is_not()
    {
        foreach (var grant in Values(await ReadAsync(), "grant_types_supported").Append("password").Append("urn:ietf:params:oauth:grant-type:token-exchange"))
        {
            var (status, body) = await PostAsync($"{Acme.Issuer}/oauth2/token", null, null, ("grant_type", grant), ("client_id", Acme.Client.ClientId.Value), ("code", "x"), ("refresh_token", "x"), ("device_code", "x"), ("client_secret", "x"));
            Assert.Equal((grant, grant is "password" or "urn:ietf:params:oauth:grant-type:token-exchange"), (grant, Text(body, "error") == "unsupported_grant_type"));
            Assert.InRange(status, 400, 401);
        }
    }

    [Theory]
    [InlineData("response_types_supported", "response_type", "token")]
    [InlineData("response_modes_supported", "response_mode", "form_post")]
    [InlineData("code_challenge_methods_supported", "code_challenge_method", "plain")]
    [InlineData("prompt_values_supported", "prompt", "create")]
    [InlineData("scopes_supported", "scope", "address")]
    public async Task What_it_names_of_an_authorization_request_is_taken_and_something_else_is_not(string member, string parameter, string other)
    {
        foreach (var value in Values(await ReadAsync(), member))
        {
            Assert.True(await TakesAsync(parameter, value), $"{parameter}={value}");
        }

        Assert.False(await TakesAsync(parameter, other));
    }

    [Fact]
    public async Task Each_way_it_names_to_prove_a_client_works_for_a_client_of_that_kind_where_it_is_named()
    {
        var (client, secret) = await ConfidentialAsync();
        foreach (var (path, method) in from path in new[] { "token", "revoke", "introspect", "par" } from method in new[] { "basic", "post" } select (path, method))
        {
            (string, string)[] form = [("grant_type", "client_credentials"), ("token", "x"), ("response_type", "code"), ("redirect_uri", CellTenant.RedirectUri), ("code_challenge", CellTenant.Challenge), ("code_challenge_method", "S256"), ("scope", "orders")];
            var (status, body) = method == "basic"
                ? await PostAsync($"{Acme.Issuer}/oauth2/{path}", client, secret, form)
                : await PostAsync($"{Acme.Issuer}/oauth2/{path}", null, null, [.. form, ("client_id", client.ClientId.Value), ("client_secret", secret)]);
            Assert.True(status < 300, $"{path} {method}: {status} {body}");
        }
    }

    private async Task<bool> TakesAsync(string parameter, string value)
    {
        using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, (parameter, value))}");
        var location = response.Headers.Location!;
        return !location.IsAbsoluteUri || !QueryHelpers.ParseQuery(location.Query).TryGetValue("error", out var error) || error == "login_required";
    }

    private async Task<JsonElement> ReadAsync()
    {
        using var response = await Acme.GetAsync($"{Acme.Issuer}/.well-known/openid-configuration");
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    private static string Say(JsonElement value) => value.ValueKind == JsonValueKind.Array ? string.Join(' ', value.EnumerateArray().Select(one => one.GetString()).Order(StringComparer.Ordinal)) : value.ToString();

    private static string[] Values(JsonElement discovery, string member) => [.. discovery.GetProperty(member).EnumerateArray().Select(value => value.GetString()!)];
}
