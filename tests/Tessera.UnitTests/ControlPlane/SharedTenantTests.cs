using System.Net;
using System.Text.Json.Nodes;
using Tessera.Contracts.Routing;

namespace Tessera.UnitTests.ControlPlane;

public sealed class SharedTenantTests
{
    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_shared_tenant_lives_in_the_shared_realm_and_has_nothing_of_its_own(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var realm = await control.SharedRealmAsync();

        var answer = await control.SendAsync(HttpMethod.Post, "/tenants", ControlHost.SharedOnboarding("initech"));

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var tenant = answer.Body!["tenant"]!;
        var id = (string)tenant["tenant_id"]!;
        foreach (var member in new[] { "realm", "pool", "cell", "issuer", "sign_in_host" })
        {
            Assert.Equal((string?)realm[member], (string?)tenant[member]);
        }

        Assert.Equal(("shared", (string?)realm["realm"], 0), ((string?)tenant["pattern"], (string?)tenant["shared_realm"], tenant["clients"]!.AsArray().Count));
        Assert.Equal((string?)realm["clients"]![0], (string?)answer.Body["client"]!["client_id"]);
        Assert.Null(answer.Body["client"]!["client_secret"]);
        Assert.Equal(TenantState.Active, Assert.Single(cell.SharedTenants).Value.State);
        Assert.Single(cell.Realms);
        var entry = Assert.Single((await control.FeedAsync()).Tenants);
        Assert.Equal(
            (Pattern.Shared, (string?)realm["realm"], (string?)realm["realm"], 0),
            (entry.Pattern, entry.Realm.Value, entry.SharedRealm?.Value, entry.Clients.Count));
        Assert.Equal(1, (int)(await control.GetAsync($"/shared-realms/{realm["realm"]}")).Body!["tenants"]!);
        Assert.Equal("initech", (string?)(await control.GetAsync($"/tenants/{id}")).Body!["slug"]);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task It_is_placed_where_there_is_a_shared_realm_or_nowhere(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        await control.JoinAsync("us-1", "us-east-1");
        Assert.Equal("no_shared_realm", (await control.SendAsync(HttpMethod.Post, "/tenants", ControlHost.SharedOnboarding("initech"))).Code);
        await control.SharedRealmAsync(cell: "us-1");

        var there = await control.SendAsync(HttpMethod.Post, "/tenants", ControlHost.SharedOnboarding("initech"));
        var elsewhere = ControlHost.SharedOnboarding("hooli");
        elsewhere["cell"] = "eu-1";

        Assert.Equal("us-1", (string?)there.Body!["tenant"]!["cell"]);
        Assert.Equal("no_shared_realm", (await control.SendAsync(HttpMethod.Post, "/tenants", elsewhere)).Code);
    }

    [Fact]
    public async Task It_takes_no_client_host_or_email_domain()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        await control.JoinAsync();
        await control.SharedRealmAsync();
        foreach (var (field, value) in new (string, JsonNode)[]
        {
            ("client", new JsonObject { ["type"] = "public" }), ("host", "login.initech.example"), ("email_domains", new JsonArray("initech.example")),
        })
        {
            var request = ControlHost.SharedOnboarding("initech");
            request[field] = value;
            var refused = await control.SendAsync(HttpMethod.Post, "/tenants", request);
            Assert.Equal((HttpStatusCode.BadRequest, "value_invalid", field), (refused.Status, refused.Code, refused.Field));
        }

        var nobody = ControlHost.SharedOnboarding("initech");
        nobody["administrator"]!.AsObject().Remove("password");
        var cells = await control.SendAsync(HttpMethod.Post, "/tenants", nobody);
        Assert.Equal(("password_too_short", "administrator.password"), (cells.Code, cells.Field)); // the account has to be made
        Assert.Equal(HttpStatusCode.Created, (await control.SendAsync(HttpMethod.Post, "/tenants", ControlHost.SharedOnboarding("hooli"))).Status);
        Assert.Equal(HttpStatusCode.Created, (await control.SendAsync(HttpMethod.Post, "/tenants", nobody)).Status); // is there now
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task One_that_stops_midway_leaves_the_shared_realm_and_everybody_else_in_it(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        await control.SharedRealmAsync();
        await control.SharedTenantAsync("hooli");
        cell.Fault = call => Task.FromResult<int?>(call.StartsWith("POST", StringComparison.Ordinal) || call.StartsWith("DELETE", StringComparison.Ordinal) ? 503 : null);

        Assert.Equal("cell_unreachable", (await control.SendAsync(HttpMethod.Post, "/tenants", ControlHost.SharedOnboarding("initech"))).Code);
        Assert.Equal("slug_taken", (await control.SendAsync(HttpMethod.Post, "/tenants", ControlHost.SharedOnboarding("initech"))).Code);

        cell.Fault = _ => Task.FromResult<int?>(null);
        await control.RestartAsync(TimeSpan.FromSeconds(61));
        await ControlHost.EventuallyAsync(async () =>
            (await control.SendAsync(HttpMethod.Post, "/tenants", ControlHost.SharedOnboarding("initech"))).Status == HttpStatusCode.Created);
        Assert.Single(cell.Realms);
        Assert.Equal(2, cell.SharedTenants.Count);
        Assert.DoesNotContain(cell.Calls, call => call.StartsWith("DELETE", StringComparison.Ordinal) && !call.Contains("/tenants/", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Its_life_is_told_to_the_shared_realm_and_its_end_takes_nothing_else_along(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        await control.SharedRealmAsync();
        var (initech, hooli) = (await control.SharedTenantAsync("initech"), await control.SharedTenantAsync("hooli"));
        TenantState StateOf(string tenant) => cell.SharedTenants.Single(entry => entry.Key.Tenant == tenant).Value.State;

        Assert.Equal("suspended", (string?)(await control.SendAsync(HttpMethod.Post, $"/tenants/{initech}/suspend")).Body!["state"]);
        Assert.Equal((TenantState.Suspended, TenantState.Active), (StateOf(initech), StateOf(hooli)));
        await control.SendAsync(HttpMethod.Post, $"/tenants/{initech}/resume");
        Assert.Equal(TenantState.Active, StateOf(initech));
        Assert.Equal("tenant_is_shared", (await control.SendAsync(HttpMethod.Post, $"/tenants/{initech}/end-shared")).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await control.SendAsync(HttpMethod.Delete, $"/tenants/{initech}")).Status);

        Assert.Equal(hooli, Assert.Single(cell.SharedTenants).Key.Tenant);
        Assert.Single(cell.Realms);
        Assert.Single(cell.Members);
        Assert.Equal(TenantState.Active, Assert.Single(cell.Realms.Values).State);
        Assert.Equal(TenantState.Deleted, (await control.FeedAsync()).Tenants.Single(entry => entry.Slug.Value == "initech").State);
        Assert.DoesNotContain(cell.Calls, call => call.StartsWith("DELETE", StringComparison.Ordinal) && !call.Contains("/tenants/", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Its_users_are_members_whose_credentials_it_cannot_touch(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        await control.SharedRealmAsync();
        var (initech, hooli) = (await control.SharedTenantAsync("initech"), await control.SharedTenantAsync("hooli"));
        cell.IsIndiscreet = true; // what the cell should not have told must not get out

        var made = await control.SendAsync(HttpMethod.Post, $"/tenants/{initech}/users", new { username = "sam@example.com", password = "correct horse", name = "Sam" });
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var sub = (string)made.Body!["sub"]!;
        var again = await control.SendAsync(HttpMethod.Post, $"/tenants/{hooli}/users", new { username = "SAM@example.com" });
        Assert.Equal((HttpStatusCode.Created, sub), (again.Status, (string?)again.Body!["sub"]));
        Assert.Equal(2, cell.Accounts.Count); // ada and sam

        var users = await control.GetAsync($"/tenants/{initech}/users");
        Assert.Equal(["ada@example.com", "sam@example.com"], users.Body!["accounts"]!.AsArray().Select(user => (string)user!["username"]!).Order());
        var one = await control.GetAsync($"/tenants/{initech}/users/{sub}");
        Assert.Equal("Sam", (string?)one.Body!["name"]);
        Assert.All([made.Body, again.Body, users.Body, one.Body], body => Assert.DoesNotContain(hooli, body.ToJsonString(), StringComparison.Ordinal));

        var before = cell.Calls.Count;
        var refused = await control.SendAsync(HttpMethod.Patch, $"/tenants/{initech}/users/{sub}", new { enabled = false, password = "another horse" });
        Assert.Equal((HttpStatusCode.Conflict, "shared_account_credentials", "password"), (refused.Status, refused.Code, refused.Field));
        Assert.Equal(before, cell.Calls.Count);

        // Nor by being the first to name somebody, whom another tenant might take in later.
        var key = await control.KeyAsync(["users:write"], hooli);
        var first = await control.SendAsync(HttpMethod.Post, $"/tenants/{hooli}/users", new { username = "cfo@initech.example", password = "known to hooli" }, key);
        Assert.Equal((HttpStatusCode.Conflict, "shared_account_credentials"), (first.Status, first.Code));
        var hash = await control.SendAsync(HttpMethod.Post, $"/tenants/{hooli}/users", new { username = "cfo@initech.example", password_hash = "$2b$10$known.to.hooli" }, key);
        Assert.Equal((HttpStatusCode.Conflict, "shared_account_credentials"), (hash.Status, hash.Code));
        Assert.Equal(before, cell.Calls.Count);
        var known = await control.SendAsync(HttpMethod.Post, $"/tenants/{hooli}/users", new { username = "ada@example.com" }, key);
        Assert.Equal("username_taken", known.Code); // asked for without one, it is the cell's to answer

        var disabled = await control.SendAsync(HttpMethod.Patch, $"/tenants/{initech}/users/{sub}", new { enabled = false });
        Assert.False((bool)disabled.Body!["enabled"]!);
        Assert.True((bool)(await control.GetAsync($"/tenants/{hooli}/users/{sub}")).Body!["enabled"]!);
        Assert.Equal(HttpStatusCode.NoContent, (await control.SendAsync(HttpMethod.Delete, $"/tenants/{initech}/users/{sub}")).Status);
        Assert.Equal("user_not_found", (await control.GetAsync($"/tenants/{initech}/users/{sub}")).Code);
        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync($"/tenants/{hooli}/users/{sub}")).Status);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_client_of_the_shared_realm_may_be_let_to_act_for_it(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var realm = await control.SharedRealmAsync();
        var tenant = await control.SharedTenantAsync("initech");
        var (client, page) = ((string)realm["clients"]![0]!, await control.SendAsync(
            HttpMethod.Post, $"/shared-realms/{realm["realm"]}/clients", new { type = "public", redirect_uris = new[] { "https://app.example.com/cb" } }));
        var own = (string)(await control.OnboardAsync("acme")).Body!["client"]!["client_id"]!;
        Task<Answer> Grant(string to, params string[] scopes) => control.SendAsync(HttpMethod.Put, $"/tenants/{tenant}/client-grants/{to}", new { scopes });

        Assert.Equal(HttpStatusCode.NoContent, (await Grant(client, "orders:read")).Status);
        Assert.Equal(["orders:read"], Assert.Single(cell.Grants).Value.Scopes);
        var wider = await Grant(client, "orders:read", "admin");
        Assert.Equal(("value_invalid", "scopes[1]"), (wider.Code, wider.Field));
        Assert.Equal("client_acts_for_no_tenant", (await Grant((string)page.Body!["client_id"]!)).Code);
        Assert.Equal("client_not_found", (await Grant(own)).Code);
        Assert.Equal("client_not_found", (await Grant("nobody")).Code);
        Assert.Equal("value_required", (await control.SendAsync(HttpMethod.Put, $"/tenants/{tenant}/client-grants/{client}", new { })).Code);
        var acme = (string)(await control.GetAsync("/tenants?slug=acme")).Body!["tenants"]![0]!["tenant_id"]!;
        Assert.Equal("tenant_not_in_shared_realm", (await control.SendAsync(HttpMethod.Put, $"/tenants/{acme}/client-grants/{client}", new { scopes = Array.Empty<string>() })).Code);

        Assert.Equal(HttpStatusCode.NoContent, (await control.SendAsync(HttpMethod.Delete, $"/tenants/{tenant}/client-grants/{client}")).Status);
        Assert.Empty(cell.Grants);
        Assert.Equal(client, Assert.Single((await control.FeedAsync()).Revocations).Subject);
    }
}
