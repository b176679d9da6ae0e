using System.Net;
using System.Text.Json.Nodes;
using Tessera.Contracts.Routing;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>User pools of Amazon Cognito in the directory: registered, told in the feed, and their clients bound to one tenant each.</summary>
public sealed class UserPoolTests
{
    private const string UserPool = "eu-central-1_Ab3dE5gH9";
    private const string Issuer = $"https://cognito-idp.eu-central-1.amazonaws.com/{UserPool}";
    private const string Pools = "/cells/aws-eu/user-pools";
    private const string Tenants = $"{Pools}/{UserPool}/tenants";

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_user_pool_and_its_tenants_are_told_in_the_feed(string store)
    {
        await using var control = await StartAsync(store);
        var made = await control.SendAsync(HttpMethod.Post, Pools, Registration());
        Assert.Equal((HttpStatusCode.Created, Issuer, "login.example.com"), (made.Status, (string?)made.Body!["issuer"], (string?)made.Body!["sign_in_host"]));
        var own = await BindAsync(control, "vandelay", "hybrid", "vandelay1", "vandelay2");
        var sharing = await BindAsync(control, "bluth", "shared");

        var page = await control.FeedAsync();

        var cell = Assert.Single(page.Cells);
        Assert.Equal(("aws-eu", Backend.Cognito, null), (cell.CellId.Value, cell.Backend, cell.Endpoint));
        var pool = Assert.Single(page.Pools);
        Assert.Equal((Issuer, (string?)made.Body!["pool"]), (pool.Issuer, pool.PoolId.ToString()));
        Assert.Empty(pool.Keys);
        var realm = Assert.Single(page.SharedRealms);
        Assert.Equal((UserPool, Issuer, "poolclient", Backend.Cognito), (realm.Realm.Value, realm.Issuer, Assert.Single(realm.Clients).Value, realm.Backend));
        Assert.Collection(
            page.Tenants,
            entry =>
            {
                Assert.Equal((own, UserPool, Issuer, Backend.Cognito, Pattern.Hybrid), (entry.TenantId.ToString(), entry.Realm.Value, entry.Issuer, entry.Backend, entry.Pattern));
                Assert.Equal(["vandelay1", "vandelay2"], entry.Clients.Select(client => client.Value));
                Assert.Null(entry.SharedRealm);
            },
            entry =>
            {
                Assert.Equal((sharing, Pattern.Shared, UserPool), (entry.TenantId.ToString(), entry.Pattern, entry.SharedRealm?.Value));
                Assert.Empty(entry.Clients);
            });
        var listed = Assert.Single((await control.GetAsync(Pools)).Body!["user_pools"]!.AsArray())!;
        Assert.Equal((2, "poolclient"), ((int)listed["tenants"]!, (string?)listed["shared_clients"]![0]));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_client_is_bound_to_one_tenant_once_and_for_all(string store)
    {
        await using var control = await StartAsync(store);
        await control.SendAsync(HttpMethod.Post, Pools, Registration());
        var tenant = await BindAsync(control, "vandelay", "hybrid", "vandelay1");
        foreach (var taken in new[] { "vandelay1", "poolclient" })
        {
            var refused = await control.SendAsync(HttpMethod.Post, Tenants, Binding("kramerica", "hybrid", "kramerica1", taken));
            Assert.Equal(("client_id_taken", "client_ids[1]"), (refused.Code, (string?)refused.Body!["field"]));
        }

        // Nothing of a refused binding stays.
        await BindAsync(control, "kramerica", "hybrid", "kramerica1");
        await control.SendAsync(HttpMethod.Delete, $"/tenants/{tenant}");
        Assert.Equal("client_id_taken", (await control.SendAsync(HttpMethod.Post, Tenants, Binding("sitwell", "hybrid", "vandelay1"))).Code);
        Assert.Equal("slug_taken", (await control.SendAsync(HttpMethod.Post, Tenants, Binding("kramerica", "hybrid", "kramerica2"))).Code);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_tenant_there_is_suspended_resumed_and_deleted_and_no_cell_is_told(string store)
    {
        await using var control = await StartAsync(store);
        await control.SendAsync(HttpMethod.Post, Pools, Registration());
        foreach (var tenant in new[] { await BindAsync(control, "vandelay", "hybrid", "vandelay1"), await BindAsync(control, "bluth", "shared") })
        {
            foreach (var (verb, state) in new[] { ("suspend", TenantState.Suspended), ("resume", TenantState.Active) })
            {
                var before = (await control.FeedAsync()).Revision;
                Assert.Equal(HttpStatusCode.OK, (await control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/{verb}")).Status);
                var page = await control.FeedAsync(before);
                Assert.Equal((state, before + 1), (Assert.Single(page.Tenants).State, page.Revision)); // no duty was struck off after it
            }

            Assert.Equal(HttpStatusCode.NoContent, (await control.SendAsync(HttpMethod.Delete, $"/tenants/{tenant}")).Status);
        }
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task What_would_need_a_cell_of_ours_is_refused(string store)
    {
        await using var control = await StartAsync(store);
        await control.SendAsync(HttpMethod.Post, Pools, Registration());
        var (own, sharing) = (await BindAsync(control, "vandelay", "hybrid", "vandelay1"), await BindAsync(control, "bluth", "shared"));
        var person = new JsonObject { ["username"] = "ada@example.com", ["password"] = "correct horse" };
        var client = new JsonObject { ["type"] = "public", ["redirect_uris"] = new JsonArray("https://app.example.com/callback") };
        foreach (var (method, path, body) in new (HttpMethod, string, JsonObject?)[]
        {
            (HttpMethod.Get, $"/tenants/{own}/users", null),
            (HttpMethod.Post, $"/tenants/{own}/users", person),
            (HttpMethod.Get, $"/tenants/{own}/users/{Guid.NewGuid()}", null),
            (HttpMethod.Delete, $"/tenants/{own}/users/{Guid.NewGuid()}", null),
            (HttpMethod.Post, $"/tenants/{own}/clients", client),
            (HttpMethod.Delete, $"/tenants/{own}/clients/vandelay1", null),
            (HttpMethod.Post, $"/tenants/{sharing}/promote", ControlHost.Promotion()),
            (HttpMethod.Put, $"/tenants/{sharing}/client-grants/poolclient", new JsonObject { ["scopes"] = new JsonArray() }),
            (HttpMethod.Post, $"/shared-realms/{UserPool}/clients", client.DeepClone().AsObject()),
            (HttpMethod.Get, $"/shared-realms/{UserPool}/accounts", null),
        })
        {
            Assert.Equal((path, "tenant_at_cognito"), (path, (await control.SendAsync(method, path, body)).Code));
        }

        var line = new JsonObject { ["tenant"] = "vandelay", ["username"] = "ada@example.com" };
        var imported = await control.SendAsync(HttpMethod.Post, "/users/import", new JsonObject { ["import_key"] = "import-0123456789abcdef", ["users"] = new JsonArray(line) });
        Assert.Equal("tenant_at_cognito", (string?)imported.Body!["results"]![0]!["code"]);
        Assert.Equal("no_cell_with_room", (await control.OnboardAsync("acme")).Code); // nobody else is put there
        var shared = await control.SendAsync(HttpMethod.Post, "/shared-realms", ControlHost.SharedRealm("together", "aws-eu"));
        Assert.Equal("cell_of_other_backend", shared.Code);
    }

    [Fact]
    public async Task A_bad_registration_names_the_field_at_fault()
    {
        await using var control = await StartAsync(Stores.Sqlite);
        await control.JoinAsync();
        (string Path, Action<JsonObject> Spoil, string Code, string? Field)[] cases =
        [
            (Pools, r => r.Remove("user_pool_id"), "value_required", "user_pool_id"),
            (Pools, r => r["user_pool_id"] = "acme", "value_invalid", "user_pool_id"),
            (Pools, r => r["user_pool_id"] = "us-east-1_Ab3dE5gH9", "cell_elsewhere", "user_pool_id"),
            (Pools, r => r.Remove("host"), "value_required", "host"),
            (Pools, r => r["host"] = "acme.localhost:8400", "host_reserved", "host"),
            (Pools, r => r["issuer"] = "https://evil.example", "value_invalid", "issuer"),
            (Pools, r => r["shared"]!["client_ids"] = new JsonArray(), "value_required", "shared.client_ids"),
            (Pools, r => r["shared"]!["client_ids"] = new JsonArray("a-b"), "value_invalid", "shared.client_ids[0]"),
            ("/cells/eu-1/user-pools", _ => { }, "cell_of_other_backend", "cell"),
            ("/cells/mars-1/user-pools", _ => { }, "cell_not_found", "cell"),
        ];
        foreach (var (path, spoil, code, field) in cases)
        {
            var request = Registration();
            spoil(request);
            var answer = await control.SendAsync(HttpMethod.Post, path, request);
            Assert.Equal((code, field), (answer.Code, (string?)answer.Body!["field"]));
        }

        Assert.Empty((await control.GetAsync(Pools)).Body!["user_pools"]!.AsArray());
        Assert.Equal(HttpStatusCode.Created, (await control.SendAsync(HttpMethod.Post, Pools, Registration())).Status);
        Assert.Equal("user_pool_taken", (await control.SendAsync(HttpMethod.Post, Pools, Registration())).Code);
    }

    [Fact]
    public async Task A_bad_binding_names_the_field_at_fault()
    {
        await using var control = await StartAsync(Stores.Sqlite);
        var lone = Registration();
        lone.Remove("shared");
        await control.SendAsync(HttpMethod.Post, Pools, lone);
        (JsonObject Request, string Code, string? Field)[] cases =
        [
            (Binding("app", "hybrid", "c1"), "slug_reserved", "slug"),
            (Binding("acme", "dedicated", "c1"), "value_invalid", "pattern"),
            (Binding("acme", "hybrid"), "value_required", "client_ids"),
            (Binding("acme", "hybrid", "a-b"), "value_invalid", "client_ids[0]"),
            (Binding("acme", "hybrid", "c1", "c1"), "value_invalid", "client_ids[1]"),
            (Binding("acme", "shared", "c1"), "value_invalid", "client_ids"),
            (Binding("acme", "shared"), "no_shared_client", "pattern"),
        ];
        foreach (var (request, code, field) in cases)
        {
            var answer = await control.SendAsync(HttpMethod.Post, Tenants, request);
            Assert.Equal((code, field), (answer.Code, (string?)answer.Body!["field"]));
        }

        Assert.Equal("user_pool_not_found", (await control.SendAsync(HttpMethod.Post, $"{Pools}/eu-central-1_Nobody123/tenants", Binding("acme", "hybrid", "c1"))).Code);
        await control.SendAsync(HttpMethod.Patch, "/cells/aws-eu", new { capacity = 0 });
        Assert.Equal("cell_full", (await control.SendAsync(HttpMethod.Post, Tenants, Binding("acme", "hybrid", "c1"))).Code);
    }

    [Fact]
    public async Task A_cell_there_is_open_from_the_first_keeps_its_back_end_and_joins_nobody()
    {
        await using var control = await StartAsync(Stores.Sqlite);
        var again = await control.SendAsync(HttpMethod.Post, "/cells", Cell());
        Assert.Equal((HttpStatusCode.Created, "cognito"), (again.Status, (string?)again.Body!["backend"]));
        Assert.Null(again.Body!["join_token"]);
        Assert.Equal("open", (string?)(await control.GetAsync("/cells")).Body!["cells"]![0]!["state"]);
        Assert.Equal("cell_of_other_backend", (await control.SendAsync(HttpMethod.Post, "/cells", new { cell_id = "aws-eu", region = "eu-central-1" })).Code);
        Assert.Equal("value_invalid", (await control.SendAsync(HttpMethod.Post, "/cells", new { cell_id = "x-1", region = "eu-central-1", backend = "okta" })).Code);
    }

    private static async Task<ControlHost> StartAsync(string store)
    {
        var control = await ControlHost.StartAsync(store);
        Assert.Equal(HttpStatusCode.Created, (await control.SendAsync(HttpMethod.Post, "/cells", Cell())).Status);
        return control;
    }

    private static object Cell() => new { cell_id = "aws-eu", region = "eu-central-1", backend = "cognito" };

    private static JsonObject Registration() => new()
    {
        ["user_pool_id"] = UserPool,
        ["host"] = "login.example.com",
        ["shared"] = new JsonObject { ["slug"] = "together", ["client_ids"] = new JsonArray("poolclient") },
    };

    private static JsonObject Binding(string slug, string pattern, params string[] clients)
    {
        var request = new JsonObject { ["slug"] = slug, ["pattern"] = pattern };
        if (clients.Length > 0)
        {
            request["client_ids"] = new JsonArray([.. clients.Select(client => (JsonNode)client)]);
        }

        return request;
    }

    private static async Task<string> BindAsync(ControlHost control, string slug, string pattern, params string[] clients)
    {
        var answer = await control.SendAsync(HttpMethod.Post, Tenants, Binding(slug, pattern, clients));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return (string)answer.Body!["tenant_id"]!;
    }
}
