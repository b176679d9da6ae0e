using System.Net;
using Microsoft.AspNetCore.Routing;
using Tessera.ControlPlane.AdminKeys;

namespace Tessera.UnitTests.ControlPlane;

public sealed class AccessTests
{
    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Without_a_valid_key_nothing_is_reached(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var wrong = control.AdminKey[..^1] + (control.AdminKey[^1] == 'A' ? 'B' : 'A');

        foreach (var endpoint in ((IEndpointRouteBuilder)control.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<AnonymousAccess>() is null))
        {
            var method = new HttpMethod(endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods[0]);
            var path = endpoint.RoutePattern.RawText!.Replace("{tenantId}", Guid.NewGuid().ToString(), StringComparison.Ordinal);
            Assert.Equal("key_required", (await control.SendAsync(method, path, key: "")).Code);
            Assert.Equal("key_invalid", (await control.SendAsync(method, path, key: wrong)).Code);
            Assert.Equal("key_invalid", (await control.SendAsync(method, path, key: "tsk_x")).Code);
        }
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_key_does_what_its_scopes_say_and_no_more(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var key = await control.KeyAsync(["tenants:read", "keys:write"]);

        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync("/tenants", key)).Status);
        Assert.Equal("scope_missing", (await control.GetAsync("/audit", key)).Code);
        var wider = await control.SendAsync(HttpMethod.Post, "/keys", new { name = "wider", scopes = new[] { "*" } }, key);
        Assert.Equal(("scope_exceeds_key", "scopes[0]"), (wider.Code, wider.Field));
    }

    [Fact]
    public async Task Every_file_is_its_owners_alone()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        if (OperatingSystem.IsWindows())
        {
            return; // where there are no modes
        }

        foreach (var file in Directory.GetFiles(control.Data))
        {
            Assert.Equal((file, UnixFileMode.UserRead | UnixFileMode.UserWrite), (file, File.GetUnixFileMode(file)));
        }
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_key_that_ends_makes_none_that_outlives_it(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var end = DateTimeOffset.UtcNow.AddMinutes(5);
        var brief = (string)(await control.SendAsync(HttpMethod.Post, "/keys", new { name = "brief", scopes = new[] { "*" }, expires_at = end })).Body!["key"]!;
        async Task<Answer> MakeAsync(DateTimeOffset? expiresAt) =>
            await control.SendAsync(HttpMethod.Post, "/keys", new { name = "next", scopes = new[] { "*" }, expires_at = expiresAt }, brief);

        Assert.Equal(("scope_exceeds_key", "expires_at"), ((await MakeAsync(null)).Code, (await MakeAsync(null)).Field));
        Assert.Equal("scope_exceeds_key", (await MakeAsync(end.AddSeconds(1))).Code);
        Assert.Equal(HttpStatusCode.Created, (await MakeAsync(end.AddMinutes(-1))).Status);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_revoked_or_expired_key_is_refused_at_once(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var revoked = await control.KeyAsync(["tenants:read"]);
        var expiring = (string)(await control.SendAsync(HttpMethod.Post, "/keys", new
        {
            name = "short", scopes = new[] { "tenants:read" }, expires_at = DateTimeOffset.UtcNow.AddMinutes(5),
        })).Body!["key"]!;

        Assert.Equal(HttpStatusCode.NoContent, (await control.SendAsync(HttpMethod.Delete, $"/keys/{revoked.Split('_')[1]}")).Status);
        Assert.Equal("key_invalid", (await control.GetAsync("/tenants", revoked)).Code);
        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync("/tenants", expiring)).Status);
        await control.RestartAsync(TimeSpan.FromMinutes(6));
        Assert.Equal("key_invalid", (await control.GetAsync("/tenants", expiring)).Code);
        Assert.Equal("last_full_key", (await control.SendAsync(HttpMethod.Delete, $"/keys/{control.AdminKey.Split('_')[1]}")).Code);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_key_of_one_tenant_reaches_that_tenant_alone(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        var (own, other) = (await control.TenantAsync("acme"), await control.TenantAsync("globex"));
        var key = await control.KeyAsync(["*"], own);

        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync($"/tenants/{own}", key)).Status);
        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync($"/tenants/{own}/users", key)).Status);
        var foreign = await control.GetAsync($"/tenants/{other}", key);
        var absent = await control.GetAsync($"/tenants/{Guid.NewGuid()}", key);
        Assert.Equal(HttpStatusCode.NotFound, foreign.Status);
        Assert.Equal(absent.Body!.ToJsonString(), foreign.Body!.ToJsonString());
        foreach (var path in new[]
        {
            "/tenants", "/keys", "/cells", "/audit", "/feed", "/shared-realms", "/shared-realms/eu-central-1_SharedSh1",
            "/shared-realms/eu-central-1_SharedSh1/accounts", "/shared-realms/eu-central-1_SharedSh1/clients", "/cells/eu-1/user-pools",
        })
        {
            Assert.Equal("key_of_one_tenant", (await control.GetAsync(path, key)).Code);
        }
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_join_token_is_good_once_and_for_its_cell_alone(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await using var us = await TestCell.StartAsync("us-1");
        async Task<Answer> Invite(string id) => await control.SendAsync(HttpMethod.Post, "/cells", new { cell_id = id, region = "eu-central-1" });
        var token = (string)(await Invite("eu-1")).Body!["join_token"]!;
        await Invite("us-1");

        Assert.Equal("join_token_invalid", (await control.JoinAsync(us, token)).Code);
        var rivals = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TestCell.StartAsync("eu-1"))); // each with a key of its own
        var joins = await Task.WhenAll(rivals.Select(rival => control.JoinAsync(rival, token)));

        Assert.Single(joins, join => join.Status == HttpStatusCode.OK);
        Assert.Equal(3, joins.Count(join => join.Code == "join_token_invalid"));

        // The winner may have died before it wrote the answer down; it alone may ask again.
        var again = await Task.WhenAll(rivals.Select(rival => control.JoinAsync(rival, token)));
        Assert.Equal(joins.Select(join => join.Status), again.Select(join => join.Status));
        foreach (var rival in rivals)
        {
            await rival.DisposeAsync();
        }

        Assert.Equal("cell_joined", (await Invite("eu-1")).Code);
        Assert.Equal(["open", "invited"], (await control.GetAsync("/cells")).Body!["cells"]!.AsArray().Select(cell => (string)cell!["state"]!));
    }

    [Fact]
    public async Task The_first_key_and_the_control_key_are_private_files()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);

        foreach (var file in new[] { "first-admin-key", "control.pem" })
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(control.Data, file)));
            }
        }

        Assert.Equal(60, control.AdminKey.Length);
    }

    [Fact]
    public async Task The_api_description_has_a_summary_for_every_operation()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);

        var document = (await control.GetAsync("/openapi/v1.json", key: "")).Body!;

        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).ToList();
        Assert.True(operations.Count >= 20, $"Only {operations.Count} operations are described.");
        Assert.All(operations, operation => Assert.False(string.IsNullOrEmpty((string?)operation.Value!["summary"])));
    }
}
