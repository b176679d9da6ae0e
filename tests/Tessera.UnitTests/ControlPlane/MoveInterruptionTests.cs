namespace Tessera.UnitTests.ControlPlane;

/// <summary>A control plane is killed before and after each thing it asks of a cell, or what it asked comes when all is over: the next process resumes or rolls back, and there is one writer.</summary>
public sealed class MoveInterruptionTests
{
    private static readonly string[] Forward =
    [
        "PUT /arrival", "PUT /departure", "departure/digest", "departure/rows", "arrival/rows", "arrival/digest", "departure/fence", "arrival/activate", "departure/moved",
    ];

    private static readonly string[] Back = ["departure/unfence", "DELETE /arrival"];

    public static TheoryData<string, string, string> Kills
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var step in Forward)
            {
                data.Add("sqlite", step, "before");
                data.Add("sqlite", step, "after");
                foreach (var store in Stores.All)
                {
                    data.Add(store.Data, step, "late");
                }
            }

            return data;
        }
    }

    public static TheoryData<string, string> KillsOnTheWayBack
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var step in Back)
            {
                foreach (var when in new[] { "before", "after", "late" })
                {
                    data.Add(step, when);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Kills))]
    public async Task Killed_at_a_step_the_next_process_goes_on_where_it_was(string store, string step, string when)
    {
        await using var host = await MovingHost.StartAsync(store);
        var (reached, over) = Interrupt(host, step, when);
        var move = await host.PlannedAsync();
        await reached;

        await host.Control.RestartAsync(TimeSpan.FromSeconds(6));
        await host.UntilAsync(move, "purging", "rolled_back");
        await LateAsync(over);

        Assert.Equal("purging", await host.StateAsync(move));
        await host.AssertLivesAsync(host.Target, host.Source);
    }

    [Theory]
    [InlineData("departure/fence")]
    [InlineData("arrival/digest")]
    [InlineData("arrival/activate")]
    [InlineData("departure/moved")]
    public async Task After_a_long_time_what_is_not_decided_is_rolled_back_and_what_is_goes_on(string step)
    {
        await using var host = await MovingHost.StartAsync("sqlite");
        var decided = step is "arrival/activate" or "departure/moved";
        if (step == "arrival/digest")
        {
            // The one of the pause, which comes after the source was shut.
            var shut = false;
            host.Source.Afterwards = call =>
            {
                shut |= MovingHost.IsStep(call, "departure/fence");
                return Task.CompletedTask;
            };
            var reachedInPause = new TaskCompletionSource();
            host.Target.Fault = async call =>
            {
                if (shut && MovingHost.IsStep(call, step))
                {
                    reachedInPause.TrySetResult();
                    await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                return null;
            };
            var paused = await host.PlannedAsync();
            await reachedInPause.Task;
            host.Target.Fault = _ => Task.FromResult<int?>(null);
            await EndAsync(paused);
            return;
        }

        var (reached, over) = Interrupt(host, step, "late");
        var move = await host.PlannedAsync();
        await reached;
        await EndAsync(move);
        await LateAsync(over);
        await host.AssertLivesAsync(decided ? host.Target : host.Source, decided ? host.Source : host.Target);

        async Task EndAsync(string id)
        {
            await host.Control.RestartAsync(TimeSpan.FromMinutes(10));
            await host.UntilAsync(id, decided ? "purging" : "rolled_back");
            await host.AssertLivesAsync(decided ? host.Target : host.Source, decided ? host.Source : host.Target);
        }
    }

    [Theory, MemberData(nameof(KillsOnTheWayBack))]
    public async Task Killed_while_it_is_rolled_back_the_next_process_finishes_that(string step, string when)
    {
        await using var host = await MovingHost.StartAsync("sqlite");
        var hold = new TaskCompletionSource();
        var atActivation = host.HoldAsync("arrival/digest", hold.Task);
        var move = await host.PlannedAsync();
        await atActivation;
        var (reached, over) = Interrupt(host, step, when);
        await host.Control.SendAsync(HttpMethod.Post, $"/moves/{move}/abort");
        hold.SetResult();
        await reached;

        await host.Control.RestartAsync(TimeSpan.FromSeconds(6));
        await host.UntilAsync(move, "rolled_back");
        await LateAsync(over);

        await host.AssertLivesAsync(host.Source, host.Target);
        Assert.False(host.Target.Realms.ContainsKey(host.Realm));

        // Nothing that is left of it is in the way of the next attempt.
        (host.Source.Fault, host.Target.Fault) = (_ => Task.FromResult<int?>(null), _ => Task.FromResult<int?>(null));
        await host.MovedAsync();
        await host.AssertLivesAsync(host.Target, host.Source, rows: 11);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_page_that_comes_after_the_comparison_is_carried_over_again(string store)
    {
        await using var host = await MovingHost.StartAsync(store);
        var late = new TaskCompletionSource();
        var first = true;
        host.Target.Fault = async call =>
        {
            if (MovingHost.IsStep(call, "arrival/rows") && first)
            {
                first = false;
                await late.Task; // under way while another mover does everything
                return null;
            }

            if (MovingHost.IsStep(call, "arrival/activate") && !late.Task.IsCompleted)
            {
                late.SetResult();
                await Task.Delay(500, TestContext.Current.CancellationToken);
            }

            return null;
        };
        var move = await host.PlannedAsync();
        await ControlHost.EventuallyAsync(() => Task.FromResult(!first));
        host.Source.TryWrite(host.Realm, "accounts", "account-000", "renamed");

        await host.Control.RestartAsync(TimeSpan.FromSeconds(6));
        await host.UntilAsync(move, "purging");

        Assert.Equal("renamed", host.Target.RowsOf(host.Realm)["accounts/account-000"]);
        Assert.True(host.Target.Calls.Count(call => MovingHost.IsStep(call, "arrival/activate")) > 1);
        await host.AssertLivesAsync(host.Target, host.Source);
    }

    [Fact]
    public async Task Two_control_planes_at_once_do_no_harm()
    {
        await using var host = await MovingHost.StartAsync(Stores.Postgres);
        await using var other = await host.Control.BesideAsync();
        for (var i = 0; i < 6; i++)
        {
            var (to, from) = i % 2 == 0 ? (host.Target, host.Source) : (host.Source, host.Target);
            var move = await host.PlannedAsync(new { to = to.Id.Value });
            var id = MovingHost.Id(move);
            await Task.WhenAll(Enumerable.Range(0, 2).SelectMany(_ => new[] { host.Control.WorkOnAsync(id), other.WorkOnAsync(id) }));
            await host.UntilAsync(move, "purging");
            await host.AssertLivesAsync(to, from);
        }
    }

    // Before: what was asked never comes. After: it is done, and nobody hears of it. Late: it comes when all is over.
    private static (Task Reached, TaskCompletionSource Over) Interrupt(MovingHost host, string step, string when)
    {
        var (reached, over, once) = (new TaskCompletionSource(), new TaskCompletionSource(), 0);
        async Task<bool> WaitAsync(string call)
        {
            if (!MovingHost.IsStep(call, step) || Interlocked.Exchange(ref once, 1) == 1)
            {
                return false;
            }

            reached.TrySetResult();
            await over.Task;
            return true;
        }

        Func<string, Task<int?>> fault = async call => when != "after" && await WaitAsync(call) && when == "before" ? 503 : null;
        Func<string, Task> afterwards = call => when == "after" ? WaitAsync(call) : Task.CompletedTask;
        (host.Source.Fault, host.Target.Fault) = (fault, fault);
        (host.Source.Afterwards, host.Target.Afterwards) = (afterwards, afterwards);
        return (reached.Task, over);
    }

    private static async Task LateAsync(TaskCompletionSource over)
    {
        over.SetResult();
        await Task.Delay(300, TestContext.Current.CancellationToken); // what came late is dealt with
    }
}
