using System.Net;
using Tessera.Contracts.Routing;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>A tenant moves, and what the directory, its feed and its API say of that.</summary>
public sealed class MoveTests
{
    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_tenant_moves_with_all_its_rows_and_stays_what_it_was(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var before = await host.TenantAsync();

        var move = await host.MovedAsync();

        await host.AssertLivesAsync(host.Target, host.Source);
        var after = await host.TenantAsync();
        foreach (var same in new[] { "tenant_id", "realm", "issuer", "sign_in_host", "slug", "pattern", "state" })
        {
            Assert.Equal((string?)before[same], (string?)after[same]);
        }

        Assert.Equal(before["clients"]!.ToJsonString(), after["clients"]!.ToJsonString());
        Assert.Equal((2, "us-1"), ((int)after["epoch"]!, (string?)after["cell"]));
        var view = await host.ViewAsync(move);
        Assert.Equal(("eu-1", "us-1"), ((string?)view["from"]!["cell"], (string?)view["to"]!["cell"]));
        Assert.Equal((2, 2, 11), ((int)view["progress"]!["tables"]!, (int)view["progress"]!["tables_done"]!, (int)view["progress"]!["rows"]!));
        Assert.True((long)view["progress"]!["bytes"]! > 0);
        Assert.NotEmpty(host.Target.FormerKeys[host.Realm]);
        Assert.InRange((int)view["pause_ms"]!, 0, 10_000);
        Assert.Equal(43, ((string)view["checksum"]!).Length);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task What_is_written_while_it_is_copied_is_there_afterwards(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var written = 0;
        host.Source.Afterwards = call =>
        {
            // After every page and digest, until the source takes no more.
            if (host.Source.TryWrite(host.Realm, "accounts", $"late-{written:D3}", "late"))
            {
                written++;
            }

            return Task.CompletedTask;
        };

        await host.MovedAsync();

        Assert.True(written > 3);
        await host.AssertLivesAsync(host.Target, host.Source, 11 + written);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task The_feed_names_the_targets_pool_while_it_is_copied_and_the_sources_afterwards_until_its_time(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var source = (await host.Control.FeedAsync()).Tenants.Single().Pool;
        var hold = new TaskCompletionSource();
        host.Source.Fault = async call =>
        {
            if (call.EndsWith("/departure/fence", StringComparison.Ordinal))
            {
                await hold.Task;
            }

            return null;
        };

        var move = await host.PlannedAsync();
        await host.UntilAsync(move, "fencing");
        var during = await host.Control.FeedAsync();
        var entry = during.Tenants.Single();
        var target = Assert.Single(entry.AlsoPools!);
        Assert.Equal((source, 1, (long?)null), (entry.Pool, entry.Epoch, target.Until));
        Assert.NotEmpty(during.Pools.Single(pool => pool.PoolId == target.Pool).Keys);
        Assert.Equal("us-1", during.Pools.Single(pool => pool.PoolId == target.Pool).Cell.Value);
        hold.SetResult();
        await host.UntilAsync(move, "purging");

        var after = (await host.Control.FeedAsync(during.Revision)).Tenants.Single();
        Assert.Equal((target.Pool, 2, "us-1"), (after.Pool, after.Epoch, after.Cell.Value));
        var former = Assert.Single(after.AlsoPools!);
        Assert.Equal(source, former.Pool);
        Assert.InRange(former.Until!.Value - DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 3600, 3800);

        await host.Control.RestartAsync(TimeSpan.FromHours(2));
        Assert.Null((await host.Control.FeedAsync()).Tenants.Single().AlsoPools);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task The_source_points_to_the_target_past_the_life_of_its_tokens_and_then_forgets_the_rows(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var move = await host.MovedAsync();
        Assert.Equal("moved", host.Source.Standing[host.Realm]);
        Assert.NotEmpty(host.Source.RowsOf(host.Realm));

        await host.Control.RestartAsync(TimeSpan.FromHours(1.9));
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.Equal("purging", await host.StateAsync(move));

        await host.Control.RestartAsync(TimeSpan.FromHours(2.1));
        await host.UntilAsync(move, "purged");
        Assert.Empty(host.Source.RowsOf(host.Realm));
        await host.AssertLivesAsync(host.Target, host.Source);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task It_moves_back_at_once_and_its_history_tells_both(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var there = await host.MovedAsync();

        var back = await host.MovedAsync(new { to = "eu-1" });

        await host.AssertLivesAsync(host.Source, host.Target);
        Assert.Equal("purged", await host.StateAsync(there)); // what was left to purge has made room for what came
        Assert.Equal(3, (int)(await host.TenantAsync())["epoch"]!);
        var first = (await host.Control.GetAsync($"/tenants/{host.Tenant}/moves?limit=1")).Body!;
        Assert.Equal(back, (string?)Assert.Single(first["moves"]!.AsArray())!["move_id"]);
        var second = (await host.Control.GetAsync($"/tenants/{host.Tenant}/moves?limit=1&after={first["next"]}")).Body!;
        Assert.Equal(there, (string?)Assert.Single(second["moves"]!.AsArray())!["move_id"]);
        Assert.Null(second["next"]);
        Assert.Single(Assert.Single((await host.Control.FeedAsync()).Tenants).AlsoPools!); // its own pool is not named beside itself
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Within_a_cell_it_goes_into_a_pool_of_its_own_and_back(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var shared = (string?)(await host.TenantAsync())["pool"];

        var move = await host.PlannedAsync(new { pattern = "dedicated" });
        await host.UntilAsync(move, "purged");
        var own = await host.TenantAsync();
        Assert.Equal(("dedicated", "eu-1", 2), ((string?)own["pattern"], (string?)own["cell"], (int)own["epoch"]!));
        Assert.NotEqual(shared, (string?)own["pool"]);
        Assert.Equal((string?)own["pool"], host.Source.Realms[host.Realm].PoolId.ToString());
        Assert.Equal(shared, Assert.Single((await host.Control.FeedAsync()).Tenants.Single().AlsoPools!).Pool.ToString());

        await host.UntilAsync(await host.PlannedAsync(new { pattern = "hybrid" }), "purged");
        Assert.Equal(shared, (string?)(await host.TenantAsync())["pool"]);

        // It had one there before, and pools are not taken away.
        await host.UntilAsync(await host.PlannedAsync(new { pattern = "dedicated" }), "purged");
        Assert.Equal((string?)own["pool"], (string?)(await host.TenantAsync())["pool"]);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Across_cells_the_pattern_may_change_too(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        await host.MovedAsync(new { to = "us-1", pattern = "dedicated" });

        var entry = (await host.Control.FeedAsync()).Tenants.Single();
        Assert.Equal((Pattern.Dedicated, "us-1"), (entry.Pattern, entry.Cell.Value));
        Assert.Equal(entry.Pool, host.Target.Realms[host.Realm].PoolId);
        await host.AssertLivesAsync(host.Target, host.Source);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task The_target_is_believed_about_its_revocations_from_the_decision_on_and_not_before(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var (hold, later) = (new TaskCompletionSource(), new TaskCompletionSource());
        var copying = host.HoldAsync("departure/digest", hold.Task);
        var move = await host.PlannedAsync();
        await copying;
        await host.RevokeAsync(host.Target, "early");
        Assert.Empty((await host.Control.FeedAsync()).Revocations);

        var activating = host.HoldAsync("arrival/activate", later.Task);
        hold.SetResult();
        await activating;
        await host.RevokeAsync(host.Target, "in-between");
        Assert.Equal("in-between", Assert.Single((await host.Control.FeedAsync()).Revocations).Subject);

        later.SetResult();
        await host.UntilAsync(move, "purging");
        await host.RevokeAsync(host.Source, "too-late");
        Assert.Single((await host.Control.FeedAsync()).Revocations);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_dry_run_says_what_would_be_done_and_does_none_of_it(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var head = (await host.Control.FeedAsync()).Revision;

        var answer = await host.MoveAsync(new { to = "us-1", pattern = "dedicated", dry_run = true });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(("us-1", "dedicated"), ((string?)answer.Body!["to"]!["cell"], (string?)answer.Body["to"]!["pattern"]));
        Assert.Equal(
            ["planned", "copying", "fencing", "fenced", "verified", "cutover", "announced", "purging", "purged"],
            answer.Body["steps"]!.AsArray().Select(step => (string?)step));
        Assert.Equal(head, (await host.Control.FeedAsync()).Revision);
        Assert.Empty((await host.Control.GetAsync($"/tenants/{host.Tenant}/moves")).Body!["moves"]!.AsArray());
        Assert.Equal("already_there", (await host.MoveAsync(new { to = "eu-1", dry_run = true })).Code);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task No_more_are_at_work_at_once_than_may_be(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        List<string> tenants = [host.Tenant, await host.NeighbourAsync("globex"), await host.NeighbourAsync("initech"), await host.NeighbourAsync("hooli")];
        var hold = new TaskCompletionSource();
        host.Source.Fault = async call =>
        {
            if (call.EndsWith("/departure/digest", StringComparison.Ordinal))
            {
                await hold.Task;
            }

            return null;
        };
        var moves = new List<string>();
        foreach (var tenant in tenants)
        {
            moves.Add((string)(await host.Control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/moves", new { to = "us-1" })).Body!["move_id"]!);
        }

        await ControlHost.EventuallyAsync(async () => await CountAsync("copying") == 2);
        await Task.Delay(2000, TestContext.Current.CancellationToken);
        Assert.Equal((2, 2), (await CountAsync("copying"), await CountAsync("planned")));

        hold.SetResult();
        foreach (var move in moves)
        {
            await host.UntilAsync(move, "purging");
        }

        async Task<int> CountAsync(string state)
        {
            var count = 0;
            foreach (var move in moves)
            {
                count += await host.StateAsync(move) == state ? 1 : 0;
            }

            return count;
        }
    }
}
