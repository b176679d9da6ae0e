using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.ControlPlane.Moves;
using Tessera.ControlPlane.Store;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>What movers and cells say that is not believed, and what comes of it.</summary>
public sealed class MoveAnswerTests
{
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

    private static string? CodeOf<T>(Tessera.ControlPlane.Outcome<T> outcome) => outcome is Tessera.ControlPlane.Outcome<T>.Refused(var error) ? error.Code : null;
}
