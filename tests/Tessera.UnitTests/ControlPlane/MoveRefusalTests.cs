using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Moves;
using Tessera.ControlPlane.Store;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>Which moves are refused, what else is while a tenant moves, and what ends a move early.</summary>
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

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task What_a_cell_refuses_or_another_signs_rolls_it_back_before_it_is_decided(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        foreach (var step in new[] { "PUT /arrival", "PUT /departure", "departure/rows", "arrival/rows", "arrival/digest", "departure/fence" })
        {
            host.Source.Fault = host.Target.Fault = call => Task.FromResult<int?>(MovingHost.IsStep(call, step) ? 409 : null);
            host.Source.Refusal = host.Target.Refusal = "no_such_thing";
            var move = await host.PlannedAsync();
            await host.UntilAsync(move, "rolled_back");
            Assert.Equal("no_such_thing", (string?)(await host.ViewAsync(move))["last_error"]);
            (host.Source.Fault, host.Target.Fault) = (_ => Task.FromResult<int?>(null), _ => Task.FromResult<int?>(null));
            await host.AssertLivesAsync(host.Source, host.Target, rows: 11);
            host.Source.Rows.TryRemove((host.Realm, "sessions", "probe"), out _);
        }
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_target_that_stays_away_while_users_wait_costs_them_ten_seconds_and_no_more(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var shut = false;
        host.Source.Afterwards = call =>
        {
            shut |= MovingHost.IsStep(call, "departure/fence");
            return Task.CompletedTask;
        };
        host.Target.Fault = call => Task.FromResult<int?>(shut && MovingHost.IsStep(call, "arrival/digest") ? 503 : null);
        var move = await host.PlannedAsync();

        await host.UntilAsync(move, "rolled_back");

        Assert.Equal("pause_too_long", (string?)(await host.ViewAsync(move))["last_error"]);
        await host.AssertLivesAsync(host.Source, host.Target);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task An_answer_that_the_cell_has_not_signed_is_none(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        using var another = IdentityKey.Create();
        var own = host.Source.Identity;
        host.Source.Identity = another;
        var move = await host.PlannedAsync();
        await ControlHost.EventuallyAsync(async () => (string?)(await host.ViewAsync(move))["last_error"] == "cell_not_trusted");
        Assert.Equal("planned", await host.StateAsync(move));

        host.Source.Identity = own;
        await host.UntilAsync(move, "purging");
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

    public static TheoryData<string, string> Lies
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var store in Stores.All)
            {
                foreach (var lie in new[] { "another move", "another cell", "another state", "half a digest" })
                {
                    data.Add(store.Data, lie);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Lies))]
    public async Task A_signed_answer_that_is_none_to_what_was_asked_does_not_count(string store, string lie)
    {
        await using var host = await MovingHost.StartAsync(store);
        Assert.True(CellId.TryParse("ap-1", out var elsewhere));
        host.Target.Instead = answer => (lie, answer) switch
        {
            ("another move", ArrivalReady ready) => ready with { Move = MoveId.New() },
            ("another cell", ArrivalReady ready) => ready with { Cell = elsewhere },
            ("another state", MoveStanding { State: "active" } standing) => standing with { State = "arriving" },
            ("half a digest", MoveDigest digest) => digest with { Tables = [.. digest.Tables.Select(table => table with { Hashes = [.. table.Hashes.Take(32)] })] },
            _ => answer,
        };
        var move = await host.PlannedAsync();

        await ControlHost.EventuallyAsync(async () => (string?)(await host.ViewAsync(move))["last_error"] == "cell_not_trusted");
        Assert.Equal("eu-1", (string?)(await host.TenantAsync())["cell"]);

        host.Target.Instead = answer => answer;
        await host.UntilAsync(move, "purging");
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_mover_that_slept_turns_nothing(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var hold = new TaskCompletionSource();
        var copying = host.HoldAsync("departure/digest", hold.Task);
        var move = await host.PlannedAsync();
        await copying;
        var cancellation = TestContext.Current.CancellationToken;
        var seen = (await host.Journal.FindAsync(MovingHost.Id(move), cancellation))!;
        var later = new TaskCompletionSource();
        var fencing = host.HoldAsync("departure/fence", later.Task);
        hold.SetResult();
        await fencing;

        // It wakes while another is about to shut the source, and finds that its copy has failed.
        Assert.Equal("move_overtaken", CodeOf(await host.Journal.TurnAsync(seen, MoveState.RollingBack, null, "test", null, cancellation)));
        Assert.Equal("move_overtaken", CodeOf(await host.Journal.TurnAsync(seen, MoveState.Fencing, null, "test", null, cancellation)));
        Assert.False(await host.Journal.NoteAsync(seen, cancellation));
        later.SetResult();
        await host.UntilAsync(move, "purging");
        Assert.Equal("move_overtaken", CodeOf(await host.Journal.TurnAsync(seen, MoveState.RollingBack, null, "test", null, cancellation)));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_tenant_whose_epoch_is_another_by_now_is_not_announced(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var hold = new TaskCompletionSource();
        var activating = host.HoldAsync("arrival/activate", hold.Task);
        var move = await host.PlannedAsync();
        await activating;
        await host.Control.Services.GetRequiredService<DirectoryStore>().ChangeAsync<int>(DirectoryScope.All, new AuditEntry("test", "epoch", "x"), async change =>
        {
            (await change.Db.Tenants.SingleAsync(TestContext.Current.CancellationToken)).Epoch = 9;
            return 0;
        }, TestContext.Current.CancellationToken);
        hold.SetResult();

        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.Equal("cutover", await host.StateAsync(move));
        Assert.Equal(("eu-1", 9), ((string?)(await host.TenantAsync())["cell"], (int)(await host.TenantAsync())["epoch"]!));
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

    private static string? CodeOf<T>(Tessera.ControlPlane.Outcome<T> outcome) => outcome is Tessera.ControlPlane.Outcome<T>.Refused(var error) ? error.Code : null;
}
