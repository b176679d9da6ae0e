using System.Net;
using System.Text.Json.Nodes;
using Tessera.Contracts.Routing;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>What may be done to a tenant that is on its way, and what ends its move early.</summary>
public sealed class MovesMeanwhileTests
{
    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task While_it_moves_its_clients_stay_and_it_is_not_moved_again(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var hold = new TaskCompletionSource();
        var copying = host.HoldAsync("departure/digest", hold.Task);
        var move = await host.PlannedAsync();
        await copying;

        var clients = $"/tenants/{host.Tenant}/clients";
        var client = new JsonObject { ["type"] = "public", ["name"] = "app", ["redirect_uris"] = new JsonArray("https://a.example.com/cb") };
        Assert.Equal("tenant_moving", (await host.Control.SendAsync(HttpMethod.Post, clients, client)).Code);
        var one = (string?)(await host.Control.GetAsync(clients)).Body!["clients"]![0]!["client_id"];
        Assert.Equal("tenant_moving", (await host.Control.SendAsync(HttpMethod.Delete, $"{clients}/{one}")).Code);
        Assert.Equal("move_in_progress", (await host.MoveAsync()).Code);
        Assert.Equal("move_in_progress", (await host.MoveAsync(new { pattern = "dedicated" })).Code);

        hold.SetResult();
        await host.UntilAsync(move, "purging");
        Assert.Equal(HttpStatusCode.Created, (await host.Control.SendAsync(HttpMethod.Post, clients, client)).Status);
        Assert.Contains(host.Target.Calls, call => call.Contains("/clients/", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task It_can_be_aborted_until_it_is_decided_and_no_longer(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var hold = new TaskCompletionSource();
        var copying = host.HoldAsync("departure/digest", hold.Task);
        var move = await host.PlannedAsync();
        await copying;

        var aborted = await host.Control.SendAsync(HttpMethod.Post, $"/moves/{move}/abort");
        Assert.Equal(("rolling_back", "move_aborted"), ((string?)aborted.Body!["state"], (string?)aborted.Body["last_error"]));
        hold.SetResult();
        await host.UntilAsync(move, "rolled_back");
        await host.AssertLivesAsync(host.Source, host.Target);
        Assert.Null((await host.Control.FeedAsync()).Tenants.Single().AlsoPools);
        Assert.Equal(HttpStatusCode.OK, (await host.Control.SendAsync(HttpMethod.Post, $"/moves/{move}/abort")).Status);

        hold = new TaskCompletionSource();
        var activating = host.HoldAsync("arrival/activate", hold.Task);
        move = await host.PlannedAsync();
        await activating;
        Assert.Equal("move_decided", (await host.Control.SendAsync(HttpMethod.Post, $"/moves/{move}/abort")).Code);
        hold.SetResult();
        await host.UntilAsync(move, "purging");
        Assert.Equal("move_decided", (await host.Control.SendAsync(HttpMethod.Post, $"/moves/{move}/abort")).Code);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_tenant_that_is_deleted_on_the_way_is_gone_from_both_cells(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        foreach (var step in new[] { "departure/digest", "arrival/activate" })
        {
            var hold = new TaskCompletionSource();
            var reached = host.HoldAsync(step, hold.Task);
            var move = await host.PlannedAsync();
            await reached;

            Assert.Equal(HttpStatusCode.NoContent, (await host.Control.SendAsync(HttpMethod.Delete, $"/tenants/{host.Tenant}")).Status);
            Assert.Equal(TenantState.Deleted, (await host.Control.FeedAsync()).Tenants.Single(entry => entry.TenantId.ToString() == host.Tenant).State);
            hold.SetResult();

            await host.UntilAsync(move, step == "arrival/activate" ? "purging" : "rolled_back");
            await host.Control.RestartAsync(TimeSpan.FromSeconds(1)); // what is owed is done at start
            await ControlHost.EventuallyAsync(() => Task.FromResult(
                !host.Source.Realms.ContainsKey(host.Realm) && !host.Target.Realms.ContainsKey(host.Realm)));
            await host.AnotherAsync($"after-{step[0]}");
        }
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_tenant_that_is_suspended_on_the_way_is_suspended_where_it_arrives(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var hold = new TaskCompletionSource();
        var reached = host.HoldAsync("departure/fence", hold.Task);
        var move = await host.PlannedAsync();
        await reached;

        Assert.Equal(HttpStatusCode.OK, (await host.Control.SendAsync(HttpMethod.Post, $"/tenants/{host.Tenant}/suspend")).Status);
        Assert.Equal(TenantState.Suspended, (await host.Control.FeedAsync()).Tenants.Single().State);
        Assert.Equal(TenantState.Active, host.Source.Realms[host.Realm].State); // a realm that is about to be shut takes no news
        hold.SetResult();
        await host.UntilAsync(move, "purging");
        await host.Control.RestartAsync(TimeSpan.FromSeconds(1));

        await ControlHost.EventuallyAsync(() => Task.FromResult(host.Target.Realms[host.Realm].State == TenantState.Suspended));
        Assert.Equal((2, "suspended"), ((int)host.Target.Realms[host.Realm].Epoch, (string?)(await host.TenantAsync())["state"]));
        Assert.DoesNotContain(host.Source.Calls, call => call.StartsWith($"PUT /cell/realms/{host.Realm}", StringComparison.Ordinal) && call.EndsWith(host.Realm, StringComparison.Ordinal) && host.Source.Standing.GetValueOrDefault(host.Realm) == "active");
    }
}
