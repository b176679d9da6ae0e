using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;

namespace Tessera.UnitTests.Cell.Protocol;

public sealed class ClientAssertionOnSqlite(SqliteCell cell) : ClientAssertionTests(cell), IClassFixture<SqliteCell>;

public sealed class ClientAssertionOnPostgres(PostgresCell cell) : ClientAssertionTests(cell), IClassFixture<PostgresCell>;

/// <summary><c>private_key_jwt</c>: RFC 7523 and OpenID Connect Core, section 9.</summary>
public abstract class ClientAssertionTests(CellFixture cell) : ProtocolTests(cell)
{
    private const string Bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa = RSA.Create(2048);

    [Theory]
    [InlineData("ES256", "issuer", true)]
    [InlineData("ES256", "token", false)]
    [InlineData("RS256", "issuer", true)]
    public async Task A_client_proves_itself_with_either_of_its_keys_at_issuer_or_token_endpoint(string algorithm, string audience, bool kid)
    {
        var client = await ClientAsync();
        var (status, body) = await AskAsync(client, Sign(client, draft =>
        {
            draft.Audience = audience == "issuer" ? Acme.Issuer : $"{Acme.Issuer}/oauth2/token";
            draft.SigningCredentials = Credentials(algorithm, kid);
        }));
        Assert.True(status == 200, body.ToString());
        Assert.Equal(client.ClientId.Value, Text(Tokens.Claims(Text(body, "access_token")!), "sub"));
    }

    [Fact]
    public async Task An_assertion_is_good_once()
    {
        var client = await ClientAsync();
        var assertion = Sign(client);
        Assert.Equal(200, (await AskAsync(client, assertion)).Status);
        var (status, body) = await AskAsync(client, assertion);
        Assert.Equal((401, "invalid_client"), (status, Text(body, "error")));
        Assert.Equal("invalid_client", Text((await PostAsync($"{Acme.Issuer}/oauth2/introspect", null, null, [.. Form(client, assertion), ("token", "x")])).Body, "error"));
    }

    [Fact]
    public async Task One_of_two_at_once_with_the_same_assertion_wins()
    {
        var client = await ClientAsync();
        var assertion = Sign(client);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AskAsync(client, assertion)));
        Assert.Equal(1, answers.Count(answer => answer.Status == 200));
    }

    [Fact]
    public async Task Everything_that_is_not_right_about_an_assertion_refuses_it()
    {
        var (client, other) = (await ClientAsync(), await ClientAsync());
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var secret = new SymmetricSecurityKey(JsonSerializer.SerializeToUtf8Bytes(client.Jwks)) { KeyId = "ec" };
        Dictionary<string, Action<SecurityTokenDescriptor>> spoils = new()
        {
            ["another key"] = draft => draft.SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(stranger) { KeyId = "ec" }, "ES256"),
            ["HMAC"] = draft => draft.SigningCredentials = new SigningCredentials(secret, "HS256"),
            ["unsigned"] = draft => draft.SigningCredentials = null,
            ["an unknown kid"] = draft => draft.SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(_ec) { KeyId = "else" }, "ES256"),
            ["a weaker RSA use"] = draft => draft.SigningCredentials = new SigningCredentials(new RsaSecurityKey(_rsa) { KeyId = "rsa" }, "PS256"),
            ["the audience of another tenant"] = draft => draft.Audience = Globex.Issuer,
            ["no audience"] = draft => draft.Audience = null,
            ["expired"] = draft => draft.Expires = Cell.Time.GetUtcNow().UtcDateTime.AddMinutes(-5),
            ["no expiry"] = draft => draft.Expires = null,
            ["an hour of life"] = draft => draft.Expires = Cell.Time.GetUtcNow().UtcDateTime.AddHours(1),
            ["no jti"] = draft => draft.Claims.Remove("jti"),
            ["a long jti"] = draft => draft.Claims["jti"] = new string('j', 257),
            ["another subject"] = draft => draft.Claims["sub"] = other.ClientId.Value,
            ["another issuer"] = draft => draft.Issuer = other.ClientId.Value,
            ["another type"] = draft => draft.TokenType = "at+jwt",
        };
        foreach (var (name, spoil) in spoils)
        {
            var (status, body) = await AskAsync(client, Sign(client, spoil));
            Assert.True(status is 400 or 401 && Text(body, "access_token") is null, $"{name}: {status} {body}");
        }

        var (tried, refusal) = await PostAsync($"{Acme.Issuer}/oauth2/token", null, null, ("grant_type", "client_credentials"), ("client_id", client.ClientId.Value), ("client_secret", "x"));
        Assert.Equal((401, "invalid_client"), (tried, Text(refusal, "error")));
        var (nothing, _) = await PostAsync($"{Acme.Issuer}/oauth2/token", null, null, ("grant_type", "client_credentials"), ("client_id", client.ClientId.Value));
        Assert.InRange(nothing, 400, 401);
        Assert.Equal(200, (await AskAsync(client, Sign(client))).Status);
    }

    [Fact]
    public async Task An_assertion_at_another_tenant_is_worth_nothing()
    {
        var client = await ClientAsync();
        foreach (var audience in new[] { Acme.Issuer, Globex.Issuer })
        {
            var (status, _) = await PostAsync($"{Globex.Issuer}/oauth2/token", null, null, [("grant_type", "client_credentials"), .. Form(client, Sign(client, draft => draft.Audience = audience))]);
            Assert.Equal(401, status);
        }
    }

    [Theory]
    [InlineData("""{"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}""")]
    [InlineData("""{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}""")]
    [InlineData("""{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}""")]
    [InlineData("""[]""")]
    [InlineData("nonsense")]
    public void A_set_that_is_no_set_of_public_keys_is_refused(string text)
    {
        Assert.False(ClientKeySet.TryRead(text, out _, out var fault));
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void A_private_key_is_refused_and_so_are_eleven_keys()
    {
        var full = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(_ec));
        Assert.False(ClientKeySet.TryRead(JsonSerializer.Serialize(new { keys = new[] { new { kty = "EC", crv = "P-256", x = full.X, y = full.Y, d = full.D } } }), out _, out var fault));
        Assert.Contains("private key", fault, StringComparison.Ordinal);
        var many = JsonSerializer.Serialize(new { keys = Enumerable.Range(0, 11).Select(i => new { kty = "EC", crv = "P-256", x = full.X, y = full.Y, kid = $"{i}" }) });
        Assert.False(ClientKeySet.TryRead(many, out _, out fault));
        Assert.Contains("1 to 10", fault, StringComparison.Ordinal);
    }

    private async Task<ClientSpec> ClientAsync()
    {
        var (ec, rsa) = (JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(_ec)), _rsa.ExportParameters(false));
        var given = JsonSerializer.Serialize(new
        {
            keys = new object[]
            {
                new { kty = "EC", crv = "P-256", x = ec.X, y = ec.Y, kid = "ec", use = "sig" },
                new { kty = "RSA", n = Base64UrlEncoder.Encode(rsa.Modulus), e = Base64UrlEncoder.Encode(rsa.Exponent), kid = "rsa", alg = "RS256", ignored = "x" },
            },
        });
        Assert.True(ClientKeySet.TryRead(given, out var set, out var fault), fault);
        return await Cell.AddClientAsync(Acme, draft =>
        {
            draft.Jwks = set;
            draft.GrantTypes.Add("client_credentials");
        });
    }

    private SigningCredentials Credentials(string algorithm, bool kid) => algorithm == "ES256"
        ? new SigningCredentials(new ECDsaSecurityKey(_ec) { KeyId = kid ? "ec" : null }, algorithm)
        : new SigningCredentials(new RsaSecurityKey(_rsa) { KeyId = kid ? "rsa" : null }, algorithm);

    private string Sign(ClientSpec client, Action<SecurityTokenDescriptor>? shape = null)
    {
        var now = Cell.Time.GetUtcNow().UtcDateTime;
        var draft = new SecurityTokenDescriptor
        {
            Issuer = client.ClientId.Value, Audience = Acme.Issuer, IssuedAt = now, Expires = now.AddMinutes(1), SigningCredentials = Credentials("ES256", kid: true),
            Claims = new Dictionary<string, object> { ["sub"] = client.ClientId.Value, ["jti"] = Guid.NewGuid().ToString() },
        };
        shape?.Invoke(draft);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(draft);
    }

    private Task<(int Status, JsonElement Body)> AskAsync(ClientSpec client, string assertion) =>
        PostAsync($"{Acme.Issuer}/oauth2/token", null, null, [("grant_type", "client_credentials"), ("scope", "orders"), .. Form(client, assertion)]);

    private static (string, string)[] Form(ClientSpec client, string assertion) =>
        [("client_id", client.ClientId.Value), ("client_assertion_type", Bearer), ("client_assertion", assertion)];
}
