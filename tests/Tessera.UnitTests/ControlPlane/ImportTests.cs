using System.Net;
using System.Text.Json.Nodes;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>Tenants and users in bulk: each line is made whole or told why not, and the same call again makes nothing twice.</summary>
public sealed class ImportTests
{
    private const string Key = "import-0123456789abcdef";

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Good_lines_are_made_and_each_bad_one_is_told_with_its_field(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        await control.TenantAsync("taken");
        var answer = await ImportAsync(control, Key, Tenant("one"), Tenant("taken"), Tenant("Bad Slug"), Tenant("two"), Tenant("three", cell: "eu-9"), Tenant("four", uri: "ftp://x"), Tenant("five", pattern: "dedicated"));
        Assert.Equal(["made", "slug_taken slug", "value_invalid slug", "made", "cell_not_found cell", "value_invalid client.redirect_uris[0]", "made"], answer);
        var again = await ImportAsync(control, Key, Tenant("one"), Tenant("two"), Tenant("six"));
        Assert.Equal(["present", "present", "made"], again);
        Assert.Equal(["slug_taken slug"], await ImportAsync(control, "another-0123456789abcdef", Tenant("one")));
        var page = await control.FeedAsync();
        Assert.Equal(["five", "one", "six", "taken", "two"], page.Tenants.Select(tenant => tenant.Slug.Value).Order());
        Assert.All(page.Tenants, tenant => Assert.Single(tenant.Clients));
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Imported_tenants_are_listed_page_by_page_each_once(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        await ImportAsync(control, Key, [.. Enumerable.Range(0, 25).Select(i => Tenant($"tenant-{i}"))]);
        var seen = new List<string>();
        for (string? after = null; ;)
        {
            var page = await control.GetAsync($"/tenants?limit=10{(after is null ? "" : $"&after={after}")}");
            seen.AddRange(page.Body!["tenants"]!.AsArray().Select(tenant => (string)tenant!["slug"]!));
            after = (string?)page.Body["next"];
            if (after is null)
            {
                break;
            }
        }

        Assert.Equal(25, seen.Distinct().Count());
        Assert.Equal(25, seen.Count);
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task What_a_cut_off_import_has_claimed_is_pending_then_undone_then_made(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        cell.Fault = call => Task.FromResult<int?>(call.Contains("import", StringComparison.Ordinal) ? 503 : null);
        Assert.Equal(["cell_unreachable", "cell_unreachable"], await ImportAsync(control, Key, Tenant("one"), Tenant("two")));
        cell.Fault = _ => Task.FromResult<int?>(null);
        Assert.Equal(["import_pending slug"], await ImportAsync(control, Key, Tenant("one")));
        await control.RestartAsync(TimeSpan.FromMinutes(2));
        for (var attempt = 0; ; attempt++)
        {
            var answer = await ImportAsync(control, Key, Tenant("one"), Tenant("two"));
            if (answer.All(line => line is "made" or "present"))
            {
                break;
            }

            Assert.True(attempt < 100, string.Join(", ", answer));
            await Task.Delay(100);
        }

        Assert.Equal(2, cell.Realms.Count);
    }

    [Theory]
    [MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task No_cell_gets_more_than_its_capacity(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        var set = await control.SendAsync(HttpMethod.Patch, "/cells/eu-1", new { capacity = 2 });
        Assert.Equal(2, (int)set.Body!["capacity"]!);
        Assert.Equal(["made", "made", "no_cell_with_room"], await ImportAsync(control, Key, Tenant("one"), Tenant("two"), Tenant("three")));
        Assert.Equal("value_invalid", (await control.SendAsync(HttpMethod.Patch, "/cells/eu-1", new { capacity = -1 })).Code);
        Assert.Equal("cell_not_found", (await control.SendAsync(HttpMethod.Patch, "/cells/eu-2", new { capacity = 1 })).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await control.SendAsync(HttpMethod.Patch, "/cells/eu-1", new { capacity = 3 }, await control.KeyAsync(["cells:read"]))).Status);
    }

    [Fact]
    public async Task Users_go_to_their_tenants_and_a_key_of_one_tenant_reaches_that_one_alone()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        await control.JoinAsync();
        var (one, two) = (await control.TenantAsync("one"), await control.TenantAsync("two"));
        Assert.Equal(
            ["made", "made", "tenant_not_found tenant", "value_required username"],
            await UsersAsync(control, "/users/import", null, User("one", "a"), User("two", "a"), User("three", "a"), User("one", null)));
        var key = await control.KeyAsync(["users:write"], one);
        Assert.Equal(["made"], await UsersAsync(control, $"/tenants/{one}/users/import", key, User(null, "b")));
        var request = new { import_key = Key, users = new[] { new { username = "c" } } };
        Assert.Equal("tenant_not_found", (await control.SendAsync(HttpMethod.Post, $"/tenants/{two}/users/import", request, key)).Code);
        Assert.Equal("key_of_one_tenant", (await control.SendAsync(HttpMethod.Post, "/users/import", request, key)).Code);
        Assert.Equal("scope_missing", (await control.SendAsync(HttpMethod.Post, "/tenants/import", request, await control.KeyAsync(["users:write"]))).Code);
    }

    [Fact]
    public async Task A_call_is_bounded_in_entries_and_bytes()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        await control.JoinAsync();
        Assert.Equal("import_key", (await SendAsync(control, "short", Tenant("one"))).Field);
        Assert.Equal("too_many_values", (await SendAsync(control, Key, [.. Enumerable.Range(0, 501).Select(i => Tenant($"t-{i}"))])).Code);
        Assert.True(await IsTooLargeAsync(control, "/tenants/import", (4 << 20) + 1));
        Assert.False(await IsTooLargeAsync(control, "/tenants/import", (64 << 10) + 1));
        Assert.True(await IsTooLargeAsync(control, "/tenants", (64 << 10) + 1));
    }

    // Who is refused while still sending may find the connection closed before the answer is read.
    private static async Task<bool> IsTooLargeAsync(ControlHost control, string path, int size)
    {
        try
        {
            return (await control.SendTextAsync(HttpMethod.Post, path, new string(' ', size), "application/json")).Code == "body_too_large";
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }

    private static JsonObject Tenant(string slug, string? cell = null, string uri = "https://app.example.com/callback", string pattern = "hybrid") => new()
    {
        ["slug"] = slug, ["pattern"] = pattern, ["cell"] = cell,
        ["client"] = new JsonObject { ["type"] = "public", ["redirect_uris"] = new JsonArray(uri) },
    };

    private static JsonObject User(string? tenant, string? username) => new() { ["tenant"] = tenant, ["username"] = username };

    private static Task<Answer> SendAsync(ControlHost control, string key, params JsonObject[] tenants) =>
        control.SendAsync(HttpMethod.Post, "/tenants/import", new JsonObject { ["import_key"] = key, ["tenants"] = new JsonArray([.. tenants]) });

    private static async Task<string[]> ImportAsync(ControlHost control, string key, params JsonObject[] tenants) => Told(await SendAsync(control, key, tenants));

    private static async Task<string[]> UsersAsync(ControlHost control, string path, string? key, params JsonObject[] users) => Told(
        await control.SendAsync(HttpMethod.Post, path, new JsonObject { ["import_key"] = Key, ["users"] = new JsonArray([.. users]) }, key));

    private static string[] Told(Answer answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return [.. answer.Body!["results"]!.AsArray().Select(result => $"{result!["code"] ?? result["outcome"]} {result["field"]}".Trim())];
    }
}
