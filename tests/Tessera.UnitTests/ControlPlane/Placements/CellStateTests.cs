using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.ControlPlane;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Store;

namespace Tessera.UnitTests.ControlPlane.Placements;

/// <summary>The states of cells, their counters and the forecast, through the admin API.</summary>
public sealed class CellStateTests
{
    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_cell_takes_tenants_while_it_is_open_and_keeps_those_it_has(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        Assert.Equal(HttpStatusCode.Created, (await control.OnboardAsync("acme")).Status);
        foreach (var state in new[] { "draining", "closed" })
        {
            Assert.Equal(state, (string?)(await TurnAsync(control, state)).Body!["state"]);
            Assert.Equal("no_cell_with_room", (await control.OnboardAsync("globex")).Code);
        }

        Assert.Equal(("cell_houses_tenants", "state"), await RefusalAsync(control, "spare"));
        Assert.Equal(("value_invalid", "state"), await RefusalAsync(control, "full"));
        Assert.Equal(("value_invalid", "state"), await RefusalAsync(control, "lost"));
        Assert.Equal("open", (string?)(await TurnAsync(control, "open")).Body!["state"]);
        Assert.Equal(HttpStatusCode.Created, (await control.OnboardAsync("globex")).Status);
        Assert.Equal(["eu-1 open 2"], await SpareCellTests.CellsOf(control));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_cell_that_has_not_joined_or_was_lost_cannot_be_opened(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.SendAsync(HttpMethod.Post, "/cells", new { cell_id = "eu-1", region = "eu-central-1" });
        Assert.Equal("cell_not_joined", (await RefusalAsync(control, "open")).Code);
        await ChangeAsync(control, async change => (await change.Db.Cells.SingleAsync()).State = CellState.Lost);
        Assert.Equal(("cell_lost", "state"), await RefusalAsync(control, "open"));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task What_a_cell_was_announced_with_is_what_it_has(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var told = new { cell_id = "eu-7", region = "eu-central-1", capacity = 12, spare = true, canary = true, residency = "eu", tier = "gold", pool_limit = 3 };
        Assert.Equal(HttpStatusCode.Created, (await control.SendAsync(HttpMethod.Post, "/cells", told)).Status);
        var cell = (await control.GetAsync("/cells")).Body!["cells"]![0]!;
        Assert.Equal(
            """{"cell_id":"eu-7","region":"eu-central-1","backend":"native","state":"invited","tenants":0,"capacity":12,"canary":true,"residency":"eu","tier":"gold","pool_limit":3}""",
            cell.ToJsonString());
        foreach (var (field, wrong) in new (string, JsonObject)[]
        {
            ("capacity", new() { ["capacity"] = -1 }), ("residency", new() { ["residency"] = "EU!" }), ("tier", new() { ["tier"] = "" }), ("pool_limit", new() { ["pool_limit"] = -1 }),
        })
        {
            wrong["cell_id"] = "eu-8";
            wrong["region"] = "eu-central-1";
            var refused = await control.SendAsync(HttpMethod.Post, "/cells", wrong);
            Assert.Equal(("value_invalid", field), (refused.Code, refused.Field));
        }
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_tenants_residency_and_pool_are_asked_for_by_name(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        var acme = await control.OnboardAsync("acme", "dedicated");
        var pool = (string)acme.Body!["tenant"]!["pool"]!;
        var beside = ControlHost.Onboarding("globex");
        beside["pool"] = pool;
        Assert.Equal(pool, (string?)(await control.SendAsync(HttpMethod.Post, "/tenants", beside)).Body!["tenant"]!["pool"]);
        foreach (var (member, value, pattern, code) in new[]
        {
            ("pool", Guid.CreateVersion7().ToString(), "hybrid", "pool_unknown"), ("pool", pool, "dedicated", "value_invalid"),
            ("residency", "ch", "hybrid", "no_cell_with_room"), ("tier", "Gold", "hybrid", "value_invalid"),
        })
        {
            var wrong = ControlHost.Onboarding("umbrella", pattern);
            wrong[member] = value;
            var refused = await control.SendAsync(HttpMethod.Post, "/tenants", wrong);
            Assert.Equal((code, member), (refused.Code, refused.Field));
        }
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Counters_are_what_a_count_says_after_everything_that_can_become_of_a_tenant(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        await control.JoinAsync("us-1", "us-east-1");
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => control.OnboardAsync($"tenant-{i}")));
        cell.Fault = call => Task.FromResult<int?>(call.Contains("/accounts", StringComparison.Ordinal) ? 500 : null);
        await Task.WhenAll(Enumerable.Range(12, 4).Select(i => control.OnboardAsync($"tenant-{i}")));
        var tenants = (await control.GetAsync("/tenants?limit=200")).Body!["tenants"]!.AsArray();
        await Task.WhenAll(tenants.Take(3).Select(tenant => control.SendAsync(HttpMethod.Delete, $"/tenants/{tenant!["tenant_id"]}")));
        await control.SendAsync(HttpMethod.Post, $"/tenants/{tenants[4]!["tenant_id"]}/suspend");
        await ChangeAsync(control, async change =>
        {
            var moved = (await change.Db.Tenants.ToListAsync()).Single(tenant => tenant.TenantId.ToString() == (string?)tenants[5]!["tenant_id"]);
            moved.CellId = (await change.Db.Cells.ToListAsync()).Single(other => other.CellId != moved.CellId).CellId;
        });

        var recounted = (await control.SendAsync(HttpMethod.Post, "/cells/recount")).Body!;
        Assert.Empty(recounted["corrected"]!.AsArray());
        Assert.Equal(tenants.Count - 3, (await control.GetAsync("/cells")).Body!["cells"]!.AsArray().Sum(one => (int)one!["tenants"]!));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_recount_corrects_a_counter_that_is_wrong(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        await control.TenantAsync("acme");
        await ChangeAsync(control, change => change.Db.Cells.ExecuteUpdateAsync(set => set.SetProperty(cell => cell.Tenants, 7)));
        var recounted = (await control.SendAsync(HttpMethod.Post, "/cells/recount")).Body!;
        Assert.Equal("""[{"cell_id":"eu-1","said":7,"counted":1}]""", recounted["corrected"]!.ToJsonString());
        Assert.Equal(["eu-1 open 1"], await SpareCellTests.CellsOf(control));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task The_forecast_reckons_with_who_came_of_late(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        await control.SendAsync(HttpMethod.Patch, "/cells/eu-1", new { capacity = 30 });
        Assert.Null((await control.GetAsync("/cells")).Body!["regions"]![0]!["runs_out_at"]);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => control.OnboardAsync($"tenant-{i}")));
        var region = (await control.GetAsync("/cells")).Body!["regions"]!.AsArray().Single()!;
        Assert.Equal(("eu-central-1", 10, 20, 10.0), ((string?)region["region"], (int)region["tenants"]!, (int)region["room"]!, (double)region["per_day"]!));
        Assert.Equal(2, (DateTimeOffset.Parse((string)region["runs_out_at"]!) - DateTimeOffset.UtcNow).TotalDays, 0.1);
    }

    [Fact]
    public void Days_without_anybody_count_since_the_first_that_had_somebody()
    {
        var now = DateTimeOffset.UnixEpoch.AddDays(110);
        OnboardingDayRow On(int day, int tenants) => new() { CellId = Fleet.Id("eu-1"), Day = day, Tenants = tenants };
        Assert.Equal(3, Forecast.PerDay([On(100, 20), On(105, 10)], now), 0.001);
        Assert.Equal(now.AddDays(100), Forecast.RunsOutAt(300, 3, now));
        Assert.Null(Forecast.RunsOutAt(int.MaxValue, 0.001, now));
        Assert.Equal(0, Forecast.PerDay([], now));
    }

    private static Task<Answer> TurnAsync(ControlHost control, string state) => control.SendAsync(HttpMethod.Patch, "/cells/eu-1", new { state });

    private static async Task<(string? Code, string? Field)> RefusalAsync(ControlHost control, string state) =>
        await TurnAsync(control, state) is var answer ? (answer.Code, answer.Field) : default;

    private static async Task ChangeAsync(ControlHost control, Func<Change, Task> change) =>
        Assert.IsType<Outcome<int>.Done>(await control.Services.GetRequiredService<DirectoryStore>().ChangeAsync<int>(
            DirectoryScope.All, new AuditEntry("test", "test", "test"), async within =>
            {
                await change(within);
                return 0;
            }, CancellationToken.None));
}
