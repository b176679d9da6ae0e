using System.Net;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>A cell is emptied a few tenants at a time, and one that is lost gives its tenants up on an operator's word.</summary>
public sealed class DrainTests
{
    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_draining_cell_takes_nobody_and_loses_all_it_has_also_after_a_restart(string store)
    {
        await using var host = await MovingHost.StartAsync(store, rows: 2);
        for (var i = 0; i < 5; i++)
        {
            await host.NeighbourAsync($"neighbour-{i}");
        }

        var begun = await host.Control.SendAsync(HttpMethod.Post, "/cells/eu-1/drain", new { to = "us-1" });
        Assert.Equal((HttpStatusCode.OK, "draining", 6), (begun.Status, (string?)begun.Body!["state"], (int)begun.Body["left"]!));
        await ControlHost.EventuallyAsync(async () => (int)(await ProgressAsync(host))["moved"]! > 0);
        Assert.Equal("cell_not_open", (await OnboardAsync(host, "latecomer")).Code);

        await host.Control.RestartAsync(TimeSpan.FromSeconds(6));
        await ControlHost.EventuallyAsync(async () => (int)(await ProgressAsync(host))["left"]! == 0);

        var end = await ProgressAsync(host);
        Assert.Equal((6, 0, 0), ((int)end["moved"]!, (int)end["moving"]!, (int)end["rolled_back"]!));
        Assert.Equal((0, 6), (await HousesAsync(host, "eu-1"), await HousesAsync(host, "us-1")));
        await host.AssertLivesAsync(host.Target, host.Source, rows: 3);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Without_room_elsewhere_it_waits_says_why_and_goes_on(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        await host.Control.SendAsync(HttpMethod.Post, "/cells/eu-1/drain", new { });
        await ControlHost.EventuallyAsync(async () => (string?)(await ProgressAsync(host))["blocked"] == "no_cell_with_room"); // us-1 is of another region

        await host.Control.JoinAsync("eu-2");
        await ControlHost.EventuallyAsync(async () => (int)(await ProgressAsync(host))["left"]! == 0);
        Assert.Equal("eu-2", (string?)(await host.TenantAsync())["cell"]);
        Assert.Null((await ProgressAsync(host))["blocked"]);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Shared_tenants_stay_and_are_counted_and_opening_the_cell_ends_it(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        await host.Control.SharedRealmAsync();
        await host.Control.SharedTenantAsync("initech");
        host.Target.Fault = _ => Task.FromResult<int?>(503);
        await host.Control.SendAsync(HttpMethod.Post, "/cells/eu-1/drain", new { to = "us-1" });
        Assert.Equal((1, 1), ((int)(await ProgressAsync(host))["left"]!, (int)(await ProgressAsync(host))["shared"]!));

        await ControlHost.EventuallyAsync(async () => (int)(await ProgressAsync(host))["moving"]! == 1);
        await host.Control.SendAsync(HttpMethod.Patch, "/cells/eu-1", new { state = "open" });
        var move = (string)(await host.Control.GetAsync($"/tenants/{host.Tenant}/moves")).Body!["moves"]![0]!["move_id"]!;
        await host.Control.SendAsync(HttpMethod.Post, $"/moves/{move}/abort");
        host.Target.Fault = _ => Task.FromResult<int?>(null);
        await host.UntilAsync(move, "rolled_back");
        await host.Control.RestartAsync(TimeSpan.FromMinutes(2));
        await Task.Delay(2500, TestContext.Current.CancellationToken);
        Assert.Single((await host.Control.GetAsync($"/tenants/{host.Tenant}/moves")).Body!["moves"]!.AsArray());
        Assert.Equal("cell_not_draining", (await host.Control.GetAsync("/cells/us-1/drain")).Code);
        Assert.Equal("already_there", (await host.Control.SendAsync(HttpMethod.Post, "/cells/eu-1/drain", new { to = "eu-1" })).Code);
        Assert.Equal("cell_not_found", (await host.Control.SendAsync(HttpMethod.Post, "/cells/eu-1/drain", new { to = "eu-9" })).Code);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_lost_cells_tenants_are_restored_from_its_copy_and_its_keys_are_good_for_none_of_them(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var globex = await host.NeighbourAsync("globex");
        Assert.Equal(HttpStatusCode.Accepted, (await host.Control.SendAsync(HttpMethod.Post, $"/tenants/{globex}/moves", new { to = "us-1" })).Status);
        await ControlHost.EventuallyAsync(async () => (await host.Control.FeedAsync()).Tenants.Single(entry => entry.TenantId.ToString() == globex) is { Cell.Value: "us-1", AlsoPools.Count: 1 });
        var head = (await host.Control.FeedAsync()).Revision;
        Assert.Equal("value_required", (await host.Control.SendAsync(HttpMethod.Post, "/cells/eu-1/declare-lost", new { })).Code);

        // The copy runs under the cell's id and key, elsewhere.
        await using var copy = await host.Source.CopyAsync();
        var lost = await host.Control.SendAsync(HttpMethod.Post, "/cells/eu-1/declare-lost", new { attestation = "Ada saw the disks shredded.", endpoint = copy.Endpoint });
        Assert.Equal("lost", (string?)lost.Body!["state"]);
        var told = (await host.Control.FeedAsync(head)).Tenants.Single(entry => entry.TenantId.ToString() == globex);
        Assert.Null(told.AlsoPools); // who had left before is told too
        Assert.Contains((await host.Control.GetAsync("/audit?limit=200")).Body!["entries"]!.AsArray(), entry =>
            (string?)entry!["action"] == "cell.declare_lost" && (string?)entry["details"]!["attestation"] == "Ada saw the disks shredded.");
        Assert.Equal("cell_lost", (await host.Control.SendAsync(HttpMethod.Patch, "/cells/eu-1", new { state = "open" })).Code);
        Assert.Equal("cell_not_open", (await OnboardAsync(host, "latecomer")).Code);

        var move = await host.PlannedAsync();
        await host.UntilAsync(move, "purging");
        Assert.True((bool)(await host.ViewAsync(move))["emergency"]!);
        Assert.Equal(11, host.Target.RowsOf(host.Realm).Count);
        var entry = (await host.Control.FeedAsync(head)).Tenants.Single(entry => entry.TenantId.ToString() == host.Tenant);
        Assert.Equal(("us-1", true), (entry.Cell.Value, entry.AlsoPools is null));
        Assert.Empty(host.Target.FormerKeys[host.Realm]);
        Assert.Equal(0, host.Target.FormerKeysUntil[host.Realm]);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_move_to_a_cell_that_is_lost_on_the_way_is_rolled_back_without_it(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        host.Target.Fault = _ => Task.FromResult<int?>(503);
        var move = await host.PlannedAsync();
        await host.Control.SendAsync(HttpMethod.Post, "/cells/us-1/declare-lost", new { attestation = "It burned." });
        await host.Control.SendAsync(HttpMethod.Post, $"/moves/{move}/abort");

        await host.UntilAsync(move, "rolled_back");
        Assert.True(host.Source.TryWrite(host.Realm, "sessions", "probe", "x"));
        Assert.Equal("cell_not_open", (await host.MoveAsync()).Code);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_tenant_that_has_left_a_cell_that_is_lost_then_is_not_held_up_by_it(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        host.Source.Fault = call => Task.FromResult<int?>(MovingHost.IsStep(call, "departure/moved") ? 503 : null);
        var move = await host.PlannedAsync();
        await host.UntilAsync(move, "announced");
        Assert.Equal("move_in_progress", (await host.MoveAsync(new { pattern = "dedicated" })).Code);

        await host.Control.SendAsync(HttpMethod.Post, "/cells/eu-1/declare-lost", new { attestation = "It burned." });
        await host.UntilAsync(move, "purging");
        Assert.Equal(HttpStatusCode.Accepted, (await host.MoveAsync(new { pattern = "dedicated" })).Status);
    }

    private static async Task<System.Text.Json.Nodes.JsonNode> ProgressAsync(MovingHost host) => (await host.Control.GetAsync("/cells/eu-1/drain")).Body!;

    private static async Task<int> HousesAsync(MovingHost host, string cell) =>
        (int)(await host.Control.GetAsync("/cells")).Body!["cells"]!.AsArray().Single(view => (string?)view!["cell_id"] == cell)!["tenants"]!;

    private static Task<Answer> OnboardAsync(MovingHost host, string slug)
    {
        var body = ControlHost.Onboarding(slug);
        body["cell"] = "eu-1";
        return host.Control.SendAsync(HttpMethod.Post, "/tenants", body);
    }
}
