using System.Text.Json.Nodes;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Feed;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>Two cells. acme, initech and the suspended hooli live in the pool of one, globex in the pool of the other.</summary>
internal sealed class TestDirectory
{
    public const string Audience = "orders";

    private static readonly CellId Cell1 = Parse<CellId>("eu-1");
    private static readonly CellId Cell2 = Parse<CellId>("us-1");

    public TestDirectory(string authHost = "http://localhost:8400")
    {
        Pool = new TestPool(Cell1);
        OtherPool = new TestPool(Cell2);
        Acme = Tenant("acme", Pool, TenantState.Active, authHost);
        Initech = Tenant("initech", Pool, TenantState.Active, authHost);
        Hooli = Tenant("hooli", Pool, TenantState.Suspended, authHost);
        Globex = Tenant("globex", OtherPool, TenantState.Active, authHost);
        Fill(Map);
    }

    public DirectoryMap Map { get; } = new();

    public TestPool Pool { get; }

    public TestPool OtherPool { get; }

    public TenantEntry Acme { get; }

    public TenantEntry Initech { get; }

    public TenantEntry Hooli { get; }

    public TenantEntry Globex { get; }

    public void Fill(DirectoryMap map) => map.Apply(new FeedPage(0, 1, false, [], [Pool.Entry, OtherPool.Entry], [Acme, Initech, Hooli, Globex], [], []));

    public static string Header(string kid, string alg = "ES256", string typ = "at+jwt") => $$"""{"alg":"{{alg}}","kid":"{{kid}}","typ":"{{typ}}"}""";

    /// <summary>A good payload of the tenant, for the caller to spoil.</summary>
    public static JsonObject Payload(TenantEntry tenant)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new JsonObject
        {
            ["iss"] = tenant.Issuer,
            ["sub"] = "0198c7a2-0000-7000-8000-00000000000a",
            ["aud"] = Audience,
            ["client_id"] = tenant.Clients[0].Value,
            ["tenant_id"] = tenant.TenantId.ToString(),
            ["token_use"] = "access",
            ["scope"] = "openid",
            ["iat"] = now,
            ["exp"] = now + 3600,
            ["jti"] = Guid.NewGuid().ToString(),
        };
    }

    /// <summary>A token of the tenant by the pool that houses it, with one claim changed if asked.</summary>
    public string Token(TenantEntry tenant, string? claim = null, JsonNode? value = null)
    {
        var payload = Payload(tenant);
        if (claim is not null)
        {
            payload[claim] = value;
        }

        var pool = tenant.Pool == Pool.Entry.PoolId ? Pool : OtherPool;
        return pool.Sign(Header(pool.EcKid), payload.ToJsonString());
    }

    private static TenantEntry Tenant(string slug, TestPool pool, TenantState state, string authHost)
    {
        var realm = RealmId.New("eu-central-1");
        return new TenantEntry(TenantId.New(), Parse<Slug>(slug), state, Pattern.Hybrid, pool.Entry.Cell, pool.Entry.PoolId, realm, 1,
            $"{authHost}/{realm}", $"{slug}.localhost:8400", [], [ClientId.New(), ClientId.New()]);
    }

    private static T Parse<T>(string text) where T : struct, IId<T> => T.TryParse(text, out var id) ? id : throw new FormatException(text);
}
