using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Store;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>Which moves are refused.</summary>
public sealed class MoveRefusalTests
{
    private const string NoMove = "0198c7a2-0000-7000-8000-00000000000a";

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_move_that_cannot_be_made_is_refused_with_the_remedy(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        Assert.Equal("already_there", (await host.MoveAsync(new { to = "eu-1" })).Code);
        Assert.Equal("already_there", (await host.MoveAsync(new { pattern = "hybrid" })).Code);
        Assert.Equal("cell_not_found", (await host.MoveAsync(new { to = "ap-1" })).Code);
        Assert.Equal(("value_required", "to"), ((await host.MoveAsync(new { })).Code, (await host.MoveAsync(new { })).Field));
        Assert.Equal("value_invalid", (await host.MoveAsync(new { pattern = "shared" })).Code);

        await host.Control.SendAsync(HttpMethod.Post, "/cells", new { cell_id = "eu-2", region = "eu-central-1" });
        Assert.Equal("cell_not_joined", (await host.MoveAsync(new { to = "eu-2" })).Code);
        await host.Control.SendAsync(HttpMethod.Post, "/cells", new { cell_id = "us-3", region = "us-east-1", backend = "cognito" });
        Assert.Equal("cell_of_other_backend", (await host.MoveAsync(new { to = "us-3" })).Code);

        await host.Control.SharedRealmAsync();
        var shared = await host.Control.SharedTenantAsync("initech");
        Assert.Equal("tenant_is_shared", (await host.Control.SendAsync(HttpMethod.Post, $"/tenants/{shared}/moves", new { to = "us-1" })).Code);
        Assert.Equal(HttpStatusCode.OK, (await host.Control.PromoteAsync(shared)).Status);
        Assert.Equal("tenant_in_shared_realm", (await host.Control.SendAsync(HttpMethod.Post, $"/tenants/{shared}/moves", new { to = "us-1" })).Code);
        await host.Control.SendAsync(HttpMethod.Post, $"/tenants/{shared}/end-shared");
        Assert.Equal(HttpStatusCode.Accepted, (await host.Control.SendAsync(HttpMethod.Post, $"/tenants/{shared}/moves", new { to = "us-1" })).Status);

        Assert.Equal("tenant_not_found", (await host.Control.SendAsync(HttpMethod.Post, $"/tenants/{NoMove}/moves", new { to = "us-1" })).Code);
        Assert.Equal("move_not_found", (await host.Control.GetAsync($"/moves/{NoMove}")).Code);
        Assert.Equal("move_not_found", (await host.Control.SendAsync(HttpMethod.Post, "/moves/x/abort")).Code);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_cell_takes_no_more_than_it_has_room_for_those_on_their_way_included(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var globex = await host.NeighbourAsync("globex");
        await host.Control.SendAsync(HttpMethod.Patch, "/cells/us-1", new { capacity = 1 });
        var hold = new TaskCompletionSource();
        var copying = host.HoldAsync("departure/digest", hold.Task);
        var move = await host.PlannedAsync();
        await copying;

        Assert.Equal(HttpStatusCode.Conflict, (await host.Control.SendAsync(HttpMethod.Post, $"/tenants/{globex}/moves", new { to = "us-1" })).Status);

        await host.Control.SendAsync(HttpMethod.Post, $"/moves/{move}/abort");
        hold.SetResult();
        await host.UntilAsync(move, "rolled_back");
        Assert.Equal(HttpStatusCode.Accepted, (await host.Control.SendAsync(HttpMethod.Post, $"/tenants/{globex}/moves", new { to = "us-1" })).Status);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Moves_need_a_right_of_their_own(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var writer = await host.Control.KeyAsync(["tenants:write", "tenants:read"]);
        Assert.Equal("scope_missing", (await host.MoveAsync(key: writer)).Code);
        Assert.Equal("scope_missing", (await host.Control.GetAsync($"/tenants/{host.Tenant}/moves", writer)).Code);

        var reader = await host.Control.KeyAsync(["moves:read"]);
        Assert.Equal("scope_missing", (await host.MoveAsync(key: reader)).Code);
        Assert.Equal("scope_missing", (await host.Control.SendAsync(HttpMethod.Post, $"/moves/{NoMove}/abort", key: reader)).Code);

        var others = await host.Control.KeyAsync(["moves:read", "moves:write"], await host.NeighbourAsync("globex"));
        Assert.Equal("tenant_not_found", (await host.MoveAsync(key: others)).Code);
        Assert.Equal("tenant_not_found", (await host.Control.GetAsync($"/tenants/{host.Tenant}/moves", others)).Code);
        var move = await host.MovedAsync();
        Assert.Equal("key_of_one_tenant", (await host.Control.GetAsync($"/moves/{move}", others)).Code);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_tenant_of_which_something_is_owed_to_its_cell_is_not_moved_before(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        host.Source.Fault = _ => Task.FromResult<int?>(503);
        await host.Control.SendAsync(HttpMethod.Post, $"/tenants/{host.Tenant}/suspend");

        Assert.Equal("tenant_busy", (await host.MoveAsync()).Code);

        host.Source.Fault = _ => Task.FromResult<int?>(null);
        await host.Control.RestartAsync(TimeSpan.FromSeconds(1));
        await ControlHost.EventuallyAsync(async () => (await host.MoveAsync()).Status == HttpStatusCode.Accepted);
        var move = (string)(await host.Control.GetAsync($"/tenants/{host.Tenant}/moves")).Body!["moves"]![0]!["move_id"]!;
        await host.UntilAsync(move, "purging");
        Assert.Equal(TenantState.Suspended, host.Target.Realms[host.Realm].State); // a suspended tenant moves suspended
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Who_is_gone_or_lives_in_a_user_pool_is_not_moved(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        await host.Control.Services.GetRequiredService<DirectoryStore>().ChangeAsync<int>(DirectoryScope.All, new AuditEntry("test", "issuer", "x"), async change =>
        {
            await change.Db.Tenants.ExecuteUpdateAsync(set => set.SetProperty(row => row.Issuer, "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Ab3dE5gH9"), TestContext.Current.CancellationToken);
            return 0;
        }, TestContext.Current.CancellationToken);
        Assert.Equal("tenant_at_cognito", (await host.MoveAsync()).Code);

        var globex = await host.NeighbourAsync("globex");
        await host.Control.SendAsync(HttpMethod.Delete, $"/tenants/{globex}");
        Assert.Equal("tenant_not_found", (await host.Control.SendAsync(HttpMethod.Post, $"/tenants/{globex}/moves", new { to = "us-1" })).Code);
    }
}
