using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Keys;
using Tessera.AspNetCore.Tokens;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Feed;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>
/// Two user pools of Amazon Cognito. In the first live vandelay and kramerica, each with a client of its own, and bluth,
/// which shares the pool's client; sitwell lives in the second.
/// </summary>
internal sealed class TestUserPools
{
    private static readonly CellId Cell = CellId.TryParse("aws-eu", out var id) ? id : default;

    public TestUserPools()
    {
        Issuer = CognitoIssuer.Of(UserPool);
        OtherIssuer = CognitoIssuer.Of(OtherUserPool, updated: true);
        Shared = new SharedRealmEntry(UserPool, PoolId, Cell, Issuer, "login.example.com", [ClientId.New()], Backend.Cognito);
        Vandelay = Tenant("vandelay", UserPool, PoolId, Issuer);
        Kramerica = Tenant("kramerica", UserPool, PoolId, Issuer);
        Sitwell = Tenant("sitwell", OtherUserPool, OtherPoolId, OtherIssuer);
        Bluth = new TenantEntry(
            TenantId.New(), Named("bluth"), TenantState.Active, Pattern.Shared, Cell, PoolId, UserPool, 1, Issuer, Shared.SignInHost, [], [], UserPool, Backend.Cognito);
        Apply([Vandelay, Kramerica, Bluth, Sitwell]);
        Source.Sets[Issuer] = Set(Keys);
        Source.Sets[OtherIssuer] = Set(OtherKeys);
        Fetched = new IssuerKeys(new KeySetClient(Source), new KeySetFolder(null), Clock, NullLogger<IssuerKeys>.Instance);
        Verifier = new TokenVerifier(
            Map, new TesseraOptions { Audience = TestDirectory.Audience, MostStaleness = null }, Clock, new VerifiedTokens(100, 1 << 20), Fetched);
    }

    public MovableTime Clock { get; } = new();

    public DirectoryMap Map { get; } = new();

    public TestPool Keys { get; } = new(Cell);

    public TestPool OtherKeys { get; } = new(Cell, TestPool.Another);

    public TestIssuers Source { get; } = new();

    public IssuerKeys Fetched { get; }

    public TokenVerifier Verifier { get; }

    public RealmId UserPool { get; } = RealmId.New("eu-central-1");

    public RealmId OtherUserPool { get; } = RealmId.New("eu-central-1");

    public string Issuer { get; }

    public string OtherIssuer { get; }

    public PoolId PoolId { get; } = PoolId.New();

    public PoolId OtherPoolId { get; } = PoolId.New();

    public SharedRealmEntry Shared { get; }

    public TenantEntry Vandelay { get; }

    public TenantEntry Kramerica { get; }

    public TenantEntry Bluth { get; }

    public TenantEntry Sitwell { get; }

    public void Apply(params TenantEntry[] tenants) => Map.Apply(new FeedPage(
        Map.Revision, Map.Revision + 1, false, [new CellEntry(Cell, "eu-central-1", Backend: Backend.Cognito)],
        [new PoolEntry(PoolId, Cell, [], Issuer), new PoolEntry(OtherPoolId, Cell, [], OtherIssuer)], tenants, [Shared], []));

    /// <summary>An access token as Amazon Cognito makes them, with what else it is to say; null takes a claim away.</summary>
    public string Token(TenantEntry tenant, params (string Claim, JsonNode? Value)[] changes) => Token(Payload(tenant), changes);

    public string Token(JsonObject payload, params (string Claim, JsonNode? Value)[] changes)
    {
        foreach (var (claim, value) in changes)
        {
            payload.Remove(claim);
            if (value is not null)
            {
                payload[claim] = value;
            }
        }

        var keys = (string?)payload["iss"] == OtherIssuer ? OtherKeys : Keys;
        return keys.SignRsa(Header(keys), payload.ToJsonString());
    }

    public static string Header(TestPool keys) => $$"""{"kid":"{{keys.RsaKid}}","alg":"RS256"}""";

    public JsonObject Payload(TenantEntry tenant)
    {
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        return new JsonObject
        {
            ["sub"] = "5f1d3f04-0000-7000-8000-00000000000a",
            ["iss"] = tenant.Issuer,
            ["client_id"] = (tenant.Clients.Count > 0 ? tenant.Clients : Shared.Clients)[0].Value,
            ["origin_jti"] = Guid.NewGuid().ToString(),
            ["event_id"] = Guid.NewGuid().ToString(),
            ["token_use"] = "access",
            ["scope"] = "aws.cognito.signin.user.admin",
            ["auth_time"] = now,
            ["exp"] = now + 3600,
            ["iat"] = now,
            ["jti"] = Guid.NewGuid().ToString(),
            ["username"] = "5f1d3f04-0000-7000-8000-00000000000a",
        };
    }

    /// <summary>The RSA key of a pool as Amazon Cognito publishes it.</summary>
    public static string Set(params TestPool[] pools) => $$"""{"keys":[{{string.Join(',', pools.Select(pool =>
    {
        var key = pool.Entry.Keys[1];
        return $$"""{"alg":"RS256","e":"{{key.E}}","kid":"{{key.Kid}}","kty":"RSA","n":"{{key.N}}","use":"sig"}""";
    }))}}]}""";

    private static TenantEntry Tenant(string slug, RealmId userPool, PoolId pool, string issuer) => new(
        TenantId.New(), Named(slug), TenantState.Active, Pattern.Hybrid, Cell, pool, userPool, 1, issuer, "login.example.com", [], [ClientId.New()],
        Backend: Backend.Cognito);

    private static Slug Named(string text) => Slug.TryParse(text, out var slug) ? slug : throw new ArgumentException(text, nameof(text));
}
