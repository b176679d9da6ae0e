using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tessera.AspNetCore.Work;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.AspNetCore.Work;

/// <summary>The tenant travels with the work, and no tenant's work stands in another's way.</summary>
public sealed class TenantWorkTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_thousand_items_of_two_tenants_each_run_in_a_scope_of_their_own()
    {
        await using var host = await WorkHost.StartAsync();
        var tenants = new[] { host.Directory.Acme.TenantId, host.Directory.Globex.TenantId };
        var seen = new ConcurrentBag<(TenantId Brought, TenantId Found, TenantScope Scope)>();
        var works = new List<TenantWork>();
        for (var i = 0; i < 1_000; i++)
        {
            var tenant = tenants[i % 2];
            works.Add(await host.EnqueueAsync(tenant, async (services, _) =>
            {
                await Task.Yield();
                var scope = services.GetRequiredService<TenantScope>();
                seen.Add((tenant, scope.Tenant, scope));
            }));
        }

        Assert.All(await OutcomesAsync(works), outcome => Assert.IsType<TenantWorkOutcome.Done>(outcome));
        Assert.Equal(1_000, seen.Select(item => item.Scope).Distinct().Count());
        Assert.All(seen, item => Assert.Equal(item.Brought, item.Found));
        await UntilAsync(() => host.Lanes.Count == 0);
    }

    [Fact]
    public async Task Nothing_of_the_request_but_the_tenant_travels_with_the_item()
    {
        await using var host = await WorkHost.StartAsync();
        var accessor = host.Services.GetRequiredService<IHttpContextAccessor>();
        accessor.HttpContext = new DefaultHttpContext();
        var ambient = new AsyncLocal<string?> { Value = "of the request" };
        var (context, text) = (accessor.HttpContext, ambient.Value);
        var work = await host.EnqueueAsync(host.Directory.Acme.TenantId, (_, _) =>
        {
            (context, text) = (accessor.HttpContext, ambient.Value);
            return Task.CompletedTask;
        });
        await work.Outcome.WaitAsync(Soon, Cancellation);
        Assert.Null(context);
        Assert.Null(text);
    }

    [Fact]
    public async Task A_scope_without_a_tenant_brings_nothing()
    {
        await using var host = await WorkHost.StartAsync();
        await using var scope = host.Services.CreateAsyncScope();
        await Assert.ThrowsAsync<TenantNotSetException>(() => scope.ServiceProvider.GetRequiredService<ITenantWorkQueue>().EnqueueAsync((_, _) => Task.CompletedTask, Cancellation));
    }

    [Fact]
    public async Task A_flood_of_one_tenant_lets_anothers_item_through_at_once()
    {
        await using var host = await WorkHost.StartAsync(options => (options.Workers, options.WorkersPerTenant) = (3, 2));
        using var gate = new SemaphoreSlim(0);
        var ran = 0;
        for (var i = 0; i < 500; i++)
        {
            await host.EnqueueAsync(host.Directory.Acme.TenantId, async (_, stop) =>
            {
                await gate.WaitAsync(stop);
                Interlocked.Increment(ref ran);
            });
        }

        // Every worker acme may have is busy, and 498 of its items wait.
        var other = await host.EnqueueAsync(host.Directory.Globex.TenantId, (_, _) => Task.CompletedTask);
        Assert.IsType<TenantWorkOutcome.Done>(await other.Outcome.WaitAsync(Soon, Cancellation));
        Assert.Equal(0, ran);
        gate.Release(500);
        await UntilAsync(() => ran == 500);
    }

    [Fact]
    public async Task Tenants_that_wait_are_served_in_turn()
    {
        await using var host = await WorkHost.StartAsync(options => (options.Workers, options.WorkersPerTenant) = (2, 1));
        using var gate = new SemaphoreSlim(0);
        var order = new ConcurrentQueue<string>();
        var blockers = new[] { host.Directory.Initech, host.Directory.PiedPiper };
        foreach (var blocker in blockers)
        {
            await host.EnqueueAsync(blocker.TenantId, (_, stop) => gate.WaitAsync(stop));
        }

        var works = new List<TenantWork>();
        foreach (var (tenant, count) in new[] { (host.Directory.Acme, 50), (host.Directory.Globex, 3) })
        {
            for (var i = 0; i < count; i++)
            {
                works.Add(await host.EnqueueAsync(tenant.TenantId, (_, _) =>
                {
                    order.Enqueue(tenant.Slug.Value);
                    return Task.CompletedTask;
                }));
            }
        }

        gate.Release(1); // one worker for both of them
        await OutcomesAsync(works);
        gate.Release(1);
        Assert.True(order.Take(8).Count(slug => slug == "globex") == 3, string.Join(' ', order.Take(10)));
    }

    [Fact]
    public async Task Who_brings_too_much_waits_and_nobody_else_does()
    {
        await using var host = await WorkHost.StartAsync(options => (options.Workers, options.WorkersPerTenant, options.Capacity, options.CapacityPerTenant) = (2, 1, 100, 5));
        using var gate = new SemaphoreSlim(0);
        Task<TenantWork> BringAsync() => host.EnqueueAsync(host.Directory.Acme.TenantId, (_, stop) => gate.WaitAsync(stop), Cancellation);
        var first = await BringAsync();
        await UntilAsync(() => host.Lanes.Count == 1);
        var brought = Enumerable.Range(0, 20).Select(_ => BringAsync()).ToList();
        var other = await host.EnqueueAsync(host.Directory.Globex.TenantId, (_, _) => Task.CompletedTask).WaitAsync(Soon, Cancellation);
        await other.Outcome.WaitAsync(Soon, Cancellation);
        await UntilAsync(() => brought.Count(bringing => bringing.IsCompleted) >= 5);
        Assert.Equal(5, brought.Count(bringing => bringing.IsCompleted));
        gate.Release(21);
        await first.Outcome.WaitAsync(Soon, Cancellation);
        await OutcomesAsync(await Task.WhenAll(brought).WaitAsync(Soon, Cancellation));
    }

    [Fact]
    public async Task Who_gives_up_waiting_takes_no_room()
    {
        await using var host = await WorkHost.StartAsync(options => (options.Workers, options.WorkersPerTenant, options.CapacityPerTenant) = (2, 1, 1));
        using var gate = new SemaphoreSlim(0);
        var works = new List<TenantWork>();
        for (var i = 0; i < 2; i++)
        {
            works.Add(await host.EnqueueAsync(host.Directory.Acme.TenantId, (_, stop) => gate.WaitAsync(stop)));
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.EnqueueAsync(host.Directory.Acme.TenantId, (_, _) => Task.CompletedTask, patience.Token));
        gate.Release(2);
        works.Add(await host.EnqueueAsync(host.Directory.Acme.TenantId, (_, _) => Task.CompletedTask).WaitAsync(Soon, Cancellation));
        await OutcomesAsync(works);
        await UntilAsync(() => host.Lanes.Count == 0);
    }

    [Fact]
    public async Task An_item_that_fails_is_logged_with_its_tenant_and_loses_nothing_of_others()
    {
        await using var host = await WorkHost.StartAsync(options => (options.Workers, options.WorkersPerTenant) = (2, 1));
        var works = new List<TenantWork>();
        for (var i = 0; i < 20; i++)
        {
            var fails = i % 2 == 0;
            works.Add(await host.EnqueueAsync(host.Directory.Acme.TenantId, (_, _) => fails ? throw new InvalidDataException("on purpose") : Task.CompletedTask));
        }

        var outcomes = await OutcomesAsync(works);
        Assert.Equal(10, outcomes.Count(outcome => outcome is TenantWorkOutcome.Failed { Exception: InvalidDataException }));
        Assert.Equal(10, outcomes.Count(outcome => outcome is TenantWorkOutcome.Done));
        Assert.Equal(10, host.Log.All.Count(line => line.StartsWith($"Error: Work of tenant {host.Directory.Acme.TenantId} failed.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Work_of_a_suspended_or_deleted_tenant_is_refused_by_name_when_its_turn_comes()
    {
        await using var host = await WorkHost.StartAsync();
        using var gate = new SemaphoreSlim(0);
        var blockers = new List<TenantWork>();
        for (var i = 0; i < 4; i++)
        {
            blockers.Add(await host.EnqueueAsync(host.Directory.Acme.TenantId, (_, stop) => gate.WaitAsync(stop)));
            blockers.Add(await host.EnqueueAsync(host.Directory.Initech.TenantId, (_, stop) => gate.WaitAsync(stop)));
        }

        var ran = false;
        Task Run(IServiceProvider services, CancellationToken stop)
        {
            ran = true;
            return Task.CompletedTask;
        }

        var suspended = await host.EnqueueAsync(host.Directory.Acme.TenantId, Run);
        var deleted = await host.EnqueueAsync(host.Directory.Initech.TenantId, Run);
        var unknown = await host.EnqueueAsync(TenantId.New(), Run);
        host.Suspend(host.Directory.Acme);
        host.Delete(host.Directory.Initech);
        gate.Release(8);
        Assert.IsType<TenantWorkOutcome.TenantNotActive>(await suspended.Outcome.WaitAsync(Soon, Cancellation));
        Assert.IsType<TenantWorkOutcome.TenantUnknown>(await deleted.Outcome.WaitAsync(Soon, Cancellation));
        Assert.IsType<TenantWorkOutcome.TenantUnknown>(await unknown.Outcome.WaitAsync(Soon, Cancellation));
        Assert.False(ran);
        Assert.Contains(host.Log.All, line => line.StartsWith($"Warning: Work of tenant {host.Directory.Acme.TenantId} was not run: TenantNotActive.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_process_that_stops_works_on_what_it_took_and_takes_no_more()
    {
        await using var host = await WorkHost.StartAsync();
        var works = new List<TenantWork>();
        for (var i = 0; i < 100; i++)
        {
            works.Add(await host.EnqueueAsync(host.Directory.Acme.TenantId, (_, stop) => Task.Delay(5, stop)));
        }

        await host.StopAsync();
        Assert.All(works, work => Assert.True(work.Outcome.IsCompleted));
        Assert.All(await OutcomesAsync(works), outcome => Assert.IsType<TenantWorkOutcome.Done>(outcome));
        await Assert.ThrowsAsync<TenantWorkStoppedException>(() => host.EnqueueAsync(host.Directory.Acme.TenantId, (_, _) => Task.CompletedTask));
    }

    [Fact]
    public async Task A_process_that_stops_does_not_wait_for_ever_and_says_what_it_abandoned()
    {
        await using var host = await WorkHost.StartAsync(options => options.DrainWithin = TimeSpan.FromMilliseconds(100));
        var works = new List<TenantWork>();
        for (var i = 0; i < 20; i++)
        {
            var listens = i % 2 == 0;
            works.Add(await host.EnqueueAsync(host.Directory.Acme.TenantId, (_, stop) => Task.Delay(TimeSpan.FromMinutes(5), listens ? stop : CancellationToken.None)));
        }

        await host.StopAsync().WaitAsync(Soon, Cancellation);
        Assert.All(await OutcomesAsync(works), outcome => Assert.IsType<TenantWorkOutcome.Abandoned>(outcome));
        Assert.Equal(20, host.Log.All.Count(line => line.Contains("was abandoned", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_schedule_runs_in_a_scope_of_the_tenant_if_that_is_active()
    {
        await using var host = await WorkHost.StartAsync();
        TenantId? seen = null;
        Task Run(IServiceProvider services, CancellationToken stop)
        {
            seen = services.GetRequiredService<TenantScope>().Tenant;
            return Task.CompletedTask;
        }

        Assert.IsType<TenantWorkOutcome.TenantNotActive>(await host.Scopes.RunAsync(host.Directory.Hooli.TenantId, Run, Cancellation));
        Assert.IsType<TenantWorkOutcome.TenantUnknown>(await host.Scopes.RunAsync(TenantId.New(), Run, Cancellation));
        Assert.Null(seen);
        Assert.IsType<TenantWorkOutcome.Done>(await host.Scopes.RunAsync(host.Directory.Globex.TenantId, Run, Cancellation));
        Assert.Equal(host.Directory.Globex.TenantId, seen);
        await using var export = host.Scopes.CreateScope(host.Directory.Hooli.TenantId);
        Assert.Equal(host.Directory.Hooli.TenantId, export.ServiceProvider.GetRequiredService<TenantScope>().Tenant);
        Assert.Throws<ArgumentException>(() => host.Scopes.CreateScope(default));
    }

    [Fact]
    public void Bounds_that_are_none_are_refused_all_at_once()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => new ServiceCollection().AddTenantWork(options =>
            (options.Workers, options.WorkersPerTenant, options.Capacity, options.CapacityPerTenant, options.DrainWithin) = (4, 4, 10, 10, TimeSpan.FromSeconds(-1))));
        Assert.Equal(3, refused.Failures.Count());
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Task<TenantWorkOutcome[]> OutcomesAsync(IEnumerable<TenantWork> works) => Task.WhenAll(works.Select(work => work.Outcome)).WaitAsync(Soon, Cancellation);

    private static async Task UntilAsync(Func<bool> holds)
    {
        for (var tries = 0; !holds(); tries++)
        {
            Assert.True(tries < 500, "It did not come about.");
            await Task.Delay(10, Cancellation);
        }
    }
}
