using System.Text.Json.Nodes;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Feed;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>
/// Two cells. acme, initech and the suspended hooli live in the pool of one, globex in the pool of the other. The first pool
/// has a shared realm: nakatomi lives in it, piedpiper was promoted and has not left it yet; soylent lives in the other pool's.
/// </summary>
internal sealed class TestDirectory
{
    public const string Audience = "orders";

    private static readonly CellId Cell1 = Parse<CellId>("eu-1");
    private static readonly CellId Cell2 = Parse<CellId>("us-1");

    public TestDirectory(string authHost = "http://localhost:8400")
    {
        Pool = new TestPool(Cell1);
        OtherPool = new TestPool(Cell2, TestPool.Another);
        Acme = Tenant("acme", Pool, TenantState.Active, authHost);
        Initech = Tenant("initech", Pool, TenantState.Active, authHost);
        Hooli = Tenant("hooli", Pool, TenantState.Suspended, authHost);
        Globex = Tenant("globex", OtherPool, TenantState.Active, authHost);
        Shared = SharedRealm(Pool, "shared", authHost);
        OtherShared = SharedRealm(OtherPool, "elsewhere", authHost);
        Nakatomi = Member("nakatomi", Shared);
        Soylent = Member("soylent", OtherShared);
        PiedPiper = Tenant("piedpiper", Pool, TenantState.Active, authHost) with { SharedRealm = Shared.Realm };
        Fill(Map);
    }

    public DirectoryMap Map { get; } = new();

    public TestPool Pool { get; }

    public TestPool OtherPool { get; }

    public TenantEntry Acme { get; }

    public TenantEntry Initech { get; }

    public TenantEntry Hooli { get; }

    public TenantEntry Globex { get; }

    public SharedRealmEntry Shared { get; }

    public SharedRealmEntry OtherShared { get; }

    public TenantEntry Nakatomi { get; }

    public TenantEntry Soylent { get; }

    public TenantEntry PiedPiper { get; }

    public void Fill(DirectoryMap map) => map.Apply(new FeedPage(
        0, 1, false, [], [Pool.Entry, OtherPool.Entry], [Acme, Initech, Hooli, Globex, Nakatomi, Soylent, PiedPiper], [Shared, OtherShared], [],
        DateTimeOffset.UtcNow.ToUnixTimeSeconds()));

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

    /// <summary>A token by the shared realm's pool for a tenant, whether it lives there or not, with one claim changed if asked.</summary>
    public string SharedToken(SharedRealmEntry shared, TenantEntry tenant, string? claim = null, JsonNode? value = null)
    {
        var payload = Payload(tenant with { Issuer = shared.Issuer, Clients = shared.Clients });
        if (claim is not null)
        {
            payload[claim] = value;
        }

        var pool = shared.Pool == Pool.Entry.PoolId ? Pool : OtherPool;
        return pool.Sign(Header(pool.EcKid), payload.ToJsonString());
    }

    private static SharedRealmEntry SharedRealm(TestPool pool, string slug, string authHost)
    {
        var realm = RealmId.New("eu-central-1");
        return new SharedRealmEntry(
            realm, pool.Entry.PoolId, pool.Entry.Cell, $"{authHost}/{realm}", $"{slug}.localhost:8400", [ClientId.New(), ClientId.New()]);
    }

    private static TenantEntry Member(string slug, SharedRealmEntry shared) => new(
        TenantId.New(), Parse<Slug>(slug), TenantState.Active, Pattern.Shared, shared.Cell, shared.Pool, shared.Realm, 1,
        shared.Issuer, shared.SignInHost, [], [], shared.Realm);

    private static TenantEntry Tenant(string slug, TestPool pool, TenantState state, string authHost)
    {
        var realm = RealmId.New("eu-central-1");
        return new TenantEntry(TenantId.New(), Parse<Slug>(slug), state, Pattern.Hybrid, pool.Entry.Cell, pool.Entry.PoolId, realm, 1,
            $"{authHost}/{realm}", $"{slug}.localhost:8400", [], [ClientId.New(), ClientId.New()]);
    }

    private static T Parse<T>(string text) where T : struct, IId<T> => T.TryParse(text, out var id) ? id : throw new FormatException(text);
}
