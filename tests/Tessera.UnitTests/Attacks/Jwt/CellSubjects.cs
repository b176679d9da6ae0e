using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Tessera.Cell.Realms;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;
using Tessera.UnitTests.Cell;
using static System.Buffers.Text.Base64Url;

namespace Tessera.UnitTests.Attacks.Jwt;

/// <summary>An access token of acme's, taken apart, and the key of acme's pool, taken from the running cell.</summary>
internal abstract class CellTokenSubject(CellHost cell, ECDsa key, string good, ECDsa otherPool) : JwtSubject
{
    protected CellHost Cell => cell;

    public override JsonObject Header() => JsonNode.Parse(DecodeFromChars(good.Split('.')[0]))!.AsObject();

    public override JsonObject Payload() => JsonNode.Parse(DecodeFromChars(good.Split('.')[1]))!.AsObject();

    public override byte[] Sign(byte[] data) => SignBy(key, data);

    public override PublicJwk Key => PublicJwk.From(key);

    // userInfo is told of whoever the token is of; for whom it is beside that, the API asks.
    public override string? Audience => null;

    public override IReadOnlyList<string> Required => ["iss", "exp", "sub"];

    public override IEnumerable<(string Name, string Kid, Func<byte[], byte[]> Sign)> Foreigners() =>
    [
        ("the key of another pool of the cell", PublicJwk.From(otherPool).Kid, data => SignBy(otherPool, data)),
        ("the key of the control plane", cell.Control.Public.Kid, data => SignBy(OfControl(cell), data)),
    ];

    public static async Task<ECDsa> KeyOfAsync(CellHost cell, RealmId realm)
    {
        var found = await cell.Services.GetRequiredService<RealmLookup>().FindAsync(realm, default);
        return ((ECDsaSecurityKey)found!.Pool.SignerFor("ES256").Key).ECDsa;
    }

    private static ECDsa OfControl(CellHost cell)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(cell.Control.ToPem());
        return key;
    }
}

internal sealed class UserInfoSubject(CellTenant acme, CellHost cell, ECDsa key, string good, ECDsa otherPool) : CellTokenSubject(cell, key, good, otherPool)
{
    public override bool Carries(string token) => HttpBearer.Carries(token);

    public override async Task<bool> AcceptsAsync(string token)
    {
        using var response = await acme.GetAsync($"{acme.Issuer}/oauth2/userInfo", bearer: token);
        return HttpBearer.IsLetIn(response);
    }
}

internal sealed class IntrospectionSubject(CellTenant acme, string basic, CellHost cell, ECDsa key, string good, ECDsa otherPool) : CellTokenSubject(cell, key, good, otherPool)
{
    // What is larger than a form may be never arrives.
    public override bool Carries(string token) => token.Length is > 0 and < 20_000;

    public override async Task<bool> AcceptsAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{acme.Issuer}/oauth2/introspect") { Content = new FormUrlEncodedContent([new("token", token)]) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        using var response = await Cell.Http.SendAsync(request);
        return HttpBearer.IsLetIn(response) && JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("active").GetBoolean();
    }
}

/// <summary>Service tokens at the cell's own door, over HTTP.</summary>
internal sealed class ServiceDoorSubject(CellHost cell) : JwtSubject
{
    private readonly PoolId _pool = PoolId.New();
    private readonly ECDsa _key = FromPem(cell.Control.ToPem());
    private readonly ECDsa _ofCell = FromPem(File.ReadAllText(System.IO.Path.Combine(cell.Folder, "cell.pem")));

    private string Path => $"/cell/pools/{_pool}";

    private byte[] Body => JsonSerializer.SerializeToUtf8Bytes(new PoolSpec(_pool), WireJson.Default.PoolSpec);

    public override JsonObject Header() => new() { ["alg"] = "ES256", ["kid"] = Key.Kid, ["typ"] = ServiceToken.MediaType };

    public override JsonObject Payload()
    {
        var issued = ServiceToken.Issue(cell.Control, CellId.TryParse("eu-1", out var id) ? id : default, ServicePurpose.Provision, null, "PUT", Path, Body, cell.Time.GetUtcNow());
        return JsonNode.Parse(DecodeFromChars(issued.Split('.')[1]))!.AsObject();
    }

    public override byte[] Sign(byte[] data) => SignBy(_key, data);

    public override PublicJwk Key => cell.Control.Public;

    public override string Audience => "audience";

    public override string? Issuer => null;

    public override string Expiry => "expires_at";

    public override IReadOnlyList<string> Required => ["audience", "purpose", "digest", "expires_at"];

    public override IEnumerable<(string Name, string Kid, Func<byte[], byte[]> Sign)> Foreigners() => [("the cell's own key", PublicJwk.From(_ofCell).Kid, data => SignBy(_ofCell, data))];

    public override bool Carries(string token) => HttpBearer.Carries(token);

    public override async Task<bool> AcceptsAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"http://127.0.0.1:{cell.Port}{Path}") { Content = new ByteArrayContent(Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var response = await cell.Http.SendAsync(request);
        return response.IsSuccessStatusCode || HttpBearer.IsLetIn(response);
    }

    private static ECDsa FromPem(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key;
    }
}

/// <summary>Client assertions at acme's token endpoint.</summary>
internal sealed class ClientAssertionSubject(CellHost cell, CellTenant acme) : JwtSubject
{
    private const string Kid = "ec";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _neighbours = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private ClientSpec _client = null!;
    private ECDsa _pool = null!;

    public static async Task<ClientAssertionSubject> CreateAsync(CellHost cell, CellTenant acme)
    {
        var subject = new ClientAssertionSubject(cell, acme);
        subject._client = await subject.ClientAsync(subject.Key);
        await subject.ClientAsync(PublicJwk.From(subject._neighbours));
        subject._pool = await CellTokenSubject.KeyOfAsync(cell, acme.Realm);
        return subject;
    }

    public override JsonObject Header() => new() { ["alg"] = "ES256", ["kid"] = Kid, ["typ"] = "JWT" };

    public override JsonObject Payload()
    {
        var now = cell.Time.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject { ["iss"] = _client.ClientId.Value, ["sub"] = _client.ClientId.Value, ["aud"] = acme.Issuer, ["iat"] = now, ["exp"] = now + 60, ["jti"] = Guid.NewGuid().ToString() };
    }

    public override byte[] Sign(byte[] data) => SignBy(_key, data);

    public override PublicJwk Key => PublicJwk.From(_key) with { Kid = Kid };

    public override IReadOnlyList<string> Required => ["aud", "iss", "sub", "exp", "jti"];

    public override IReadOnlyList<string?> OtherTypes => [null, "", "client-authentication+jwt"];

    public override IEnumerable<(string Name, string Kid, Func<byte[], byte[]> Sign)> Foreigners() =>
        [("another client's key", "other", data => SignBy(_neighbours, data)), ("the pool's key", PublicJwk.From(_pool).Kid, data => SignBy(_pool, data))];

    public override bool Carries(string token) => token.Length is > 0 and < 20_000;

    public override async Task<bool> AcceptsAsync(string token)
    {
        using var response = await cell.Http.PostAsync($"{acme.Issuer}/oauth2/token", new FormUrlEncodedContent(
        [
            new("grant_type", "client_credentials"), new("scope", "orders"), new("client_id", _client.ClientId.Value),
            new("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), new("client_assertion", token),
        ]));
        return HttpBearer.IsLetIn(response);
    }

    private Task<ClientSpec> ClientAsync(PublicJwk key)
    {
        var given = new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = key.X, ["y"] = key.Y, ["kid"] = Kid }) }.ToJsonString();
        return cell.AddClientAsync(acme, draft =>
        {
            draft.Jwks = ClientKeySet.TryRead(given, out var set, out var fault) ? set : throw new InvalidOperationException(fault);
            draft.GrantTypes.Add("client_credentials");
        });
    }
}
