using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.UnitTests.ControlPlane;

public sealed class SharedRealmTests
{
    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_cell_has_one_shared_realm_in_the_pool_it_shares_with_hybrid_tenants(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var hybrid = (await control.OnboardAsync("acme")).Body!["tenant"]!;

        var realm = await control.SharedRealmAsync();

        var id = (string)realm["realm"]!;
        Assert.Equal((string?)hybrid["pool"], (string?)realm["pool"]);
        Assert.Equal(("together.localhost:8400", $"http://localhost:8400/{id}", 0), ((string?)realm["sign_in_host"], (string?)realm["issuer"], (int)realm["tenants"]!));
        Assert.Null(cell.Realms[id].TenantId);
        Assert.Equal(realm.ToJsonString(), (await control.GetAsync($"/shared-realms/{id}")).Body!.ToJsonString());
        Assert.Single((await control.GetAsync("/shared-realms")).Body!["shared_realms"]!.AsArray());
        var entry = Assert.Single((await control.FeedAsync()).SharedRealms);
        Assert.Equal((id, "together.localhost:8400", cell.Id), (entry.Realm.Value, entry.SignInHost, entry.Cell));
        Assert.Equal((string?)realm["clients"]![0], Assert.Single(entry.Clients).Value);
        Assert.Equal(("shared_realm_exists", "cell"), await RefusalAsync(control, ControlHost.SharedRealm("another")));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task No_tenant_gets_a_shared_realms_names_nor_it_a_tenants(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        await control.TenantAsync("acme");
        Assert.Equal(("slug_taken", "slug"), await RefusalAsync(control, ControlHost.SharedRealm("acme")));
        await control.SharedRealmAsync();

        Assert.Equal("slug_taken", (await control.OnboardAsync("together")).Code);
        Assert.Equal("slug_taken", (await control.SendAsync(HttpMethod.Post, "/tenants", ControlHost.SharedOnboarding("together"))).Code);
        Assert.Equal("shared_realm_not_found", (await control.GetAsync("/shared-realms/eu-central-1_Nobody123")).Code);
        Assert.Equal("shared_realm_not_found", (await control.GetAsync("/shared-realms/nonsense")).Code);
    }

    [Fact]
    public async Task A_bad_request_for_one_names_the_field_at_fault()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        await control.JoinAsync();
        await control.SendAsync(HttpMethod.Post, "/cells", new { cell_id = "us-1", region = "us-east-1" });
        (Action<JsonObject> Spoil, string Code, string Field)[] cases =
        [
            (o => o.Remove("slug"), "value_required", "slug"),
            (o => o["slug"] = "app", "slug_reserved", "slug"),
            (o => o.Remove("cell"), "value_required", "cell"),
            (o => o["cell"] = "mars-1", "cell_not_found", "cell"),
            (o => o["cell"] = "us-1", "cell_not_joined", "cell"),
            (o => o["host"] = "acme.localhost:8400", "host_reserved", "host"),
            (o => o.Remove("client"), "value_required", "client"),
            (o => o["client"]!["type"] = "x", "value_invalid", "client.type"),
            (o => o["tenant_id"] = "x", "unknown_member", "tenant_id"),
        ];
        foreach (var (spoil, code, field) in cases)
        {
            var request = ControlHost.SharedRealm();
            spoil(request);
            Assert.Equal((code, field), await RefusalAsync(control, request));
        }
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task One_that_stops_midway_is_undone_and_its_names_are_free(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        foreach (var step in new[] { "PUT /cell/pools/", "PUT /cell/realms/", "/clients/" })
        {
            cell.Fault = call => Task.FromResult<int?>(call.Contains(step, StringComparison.Ordinal) ? 500 : null);
            Assert.Equal("cell_refused", (await RefusalAsync(control, ControlHost.SharedRealm())).Item1);
            Assert.Empty(cell.Realms);
            Assert.Empty((await control.GetAsync("/shared-realms")).Body!["shared_realms"]!.AsArray());
        }

        cell.Fault = call => Task.FromResult<int?>(call.Contains("/clients/", StringComparison.Ordinal) || call.StartsWith("DELETE", StringComparison.Ordinal) ? 503 : null);
        Assert.Equal("cell_unreachable", (await RefusalAsync(control, ControlHost.SharedRealm())).Item1);
        Assert.Equal("shared_realm_exists", (await RefusalAsync(control, ControlHost.SharedRealm())).Item1); // until it is known to be gone
        Assert.Empty((await control.FeedAsync()).SharedRealms);

        cell.Fault = _ => Task.FromResult<int?>(null);
        await control.RestartAsync(TimeSpan.FromSeconds(61));
        await ControlHost.EventuallyAsync(() => Task.FromResult(cell.Realms.IsEmpty));
        await ControlHost.EventuallyAsync(async () =>
            (await control.SendAsync(HttpMethod.Post, "/shared-realms", ControlHost.SharedRealm())).Status == HttpStatusCode.Created);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Its_clients_come_and_go_and_are_no_tenants(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var realm = (string)(await control.SharedRealmAsync())["realm"]!;
        var tenant = await control.SharedTenantAsync("initech");
        var clients = $"/shared-realms/{realm}/clients";

        var made = await control.SendAsync(HttpMethod.Post, clients, new { type = "public", redirect_uris = new[] { "https://app.example.com/cb" } });
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var id = (string)made.Body!["client_id"]!;
        Assert.Equal(2, (await control.GetAsync(clients)).Body!["clients"]!.AsArray().Count);
        Assert.Equal(id, Assert.Single((await control.FeedAsync()).SharedRealms).Clients[1].Value);

        // A shared tenant reads its realm's clients and has none of its own.
        Assert.Empty((await control.GetAsync($"/tenants/{tenant}/clients")).Body!["clients"]!.AsArray());
        Assert.Equal("client_not_found", (await control.SendAsync(HttpMethod.Delete, $"/tenants/{tenant}/clients/{id}")).Code);
        Assert.Equal("tenant_is_shared", (await control.SendAsync(
            HttpMethod.Post, $"/tenants/{tenant}/clients", new { type = "public", redirect_uris = new[] { "https://a.example/cb" } })).Code);

        Assert.Equal(HttpStatusCode.NoContent, (await control.SendAsync(HttpMethod.Delete, $"{clients}/{id}")).Status);
        Assert.DoesNotContain(id, cell.Clients.Keys);
        Assert.Single(Assert.Single((await control.FeedAsync()).SharedRealms).Clients);
        Assert.Equal("last_client", (await control.SendAsync(HttpMethod.Delete, $"{clients}/{(await control.GetAsync(clients)).Body!["clients"]![0]!["client_id"]}")).Code);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_tenants_scope_reads_the_realm_it_lives_in_and_writes_none(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        await control.SharedRealmAsync();
        Assert.True(TenantId.TryParse(await control.SharedTenantAsync("initech"), out var guest));
        Assert.True(TenantId.TryParse(await control.TenantAsync("acme"), out var other));
        var directory = control.Services.GetRequiredService<DirectoryStore>();
        var cancellation = TestContext.Current.CancellationToken;

        // Without the query filter too: on PostgreSQL the policies hold by themselves.
        Task<(int Realms, int Clients)> See(DirectoryScope scope) => directory.ReadAsync(scope, async db => store == Stores.Postgres
            ? (await db.SharedRealms.IgnoreQueryFilters().CountAsync(), await db.Clients.IgnoreQueryFilters().CountAsync(row => row.TenantId == null))
            : (await db.SharedRealms.CountAsync(), await db.Clients.CountAsync(row => row.TenantId == null)), cancellation);
        Assert.Equal((0, 0), await See(default));
        Assert.Equal((0, 0), await See(DirectoryScope.Of(other)));
        Assert.Equal((1, 1), await See(DirectoryScope.Of(guest)));
        Assert.Equal((1, 1), await See(DirectoryScope.All));

        if (store == Stores.Postgres)
        {
            var touched = -1;
            await directory.ChangeAsync<int>(DirectoryScope.Of(guest), new AuditEntry("test", "test", "test", guest), async change =>
            {
                touched = await change.Db.SharedRealms.ExecuteUpdateAsync(set => set.SetProperty(row => row.Revision, 7), cancellation)
                    + await change.Db.Clients.Where(row => row.TenantId == null).ExecuteDeleteAsync(cancellation);
                return 0;
            }, cancellation);
            Assert.Equal(0, touched);
        }
    }

    private static async Task<(string?, string?)> RefusalAsync(ControlHost control, JsonObject request)
    {
        var answer = await control.SendAsync(HttpMethod.Post, "/shared-realms", request);
        return (answer.Code, answer.Field);
    }
}
