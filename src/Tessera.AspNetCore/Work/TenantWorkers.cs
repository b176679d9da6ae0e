using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tessera.AspNetCore.Work;

/// <summary>
/// Takes items in turn and runs each in a scope of its tenant. A worker brings nothing of the request that brought the item:
/// it has a flow of its own, so that no ambient state of another tenant's can reach the work.
/// </summary>
internal sealed partial class TenantWorkers(FairLanes lanes, TenantScopes scopes, TenantWorkOptions options, TimeProvider clock, ILogger<TenantWorkers> logger)
    : IHostedService, IDisposable
{
    /// <summary>What is left, after its cancellation, to work that is to end now.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<WorkItem, bool> _running = new();
    private readonly CancellationTokenSource _abandon = new();
    private Task _workers = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _workers = Task.WhenAll(Enumerable.Range(0, options.Workers).Select(_ => Task.Run(WorkAsync, CancellationToken.None)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lanes.Stop();
        if (await EndsWithinAsync(options.DrainWithin, cancellationToken))
        {
            return;
        }

        var waiting = lanes.Clear();
        await _abandon.CancelAsync();
        await EndsWithinAsync(Grace, CancellationToken.None);
        foreach (var item in waiting.Concat(_running.Keys))
        {
            LogAbandoned(logger, item.Tenant.ToString());
            item.End(new TenantWorkOutcome.Abandoned());
        }
    }

    public void Dispose() => _abandon.Dispose();

    private async Task<bool> EndsWithinAsync(TimeSpan time, CancellationToken cancellation)
    {
        try
        {
            await _workers.WaitAsync(time, clock, cancellation);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task WorkAsync()
    {
        while (await lanes.TakeAsync() is { } item)
        {
            _running[item] = true;
            item.End(await RunAsync(item));
            _running.TryRemove(item, out _);
            lanes.End(item);
        }
    }

    private async Task<TenantWorkOutcome> RunAsync(WorkItem item)
    {
        try
        {
            var outcome = await scopes.RunAsync(item.Tenant, item.Work, _abandon.Token);
            if (outcome is not TenantWorkOutcome.Done)
            {
                LogRefused(logger, item.Tenant.ToString(), outcome.GetType().Name);
            }

            return outcome;
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            LogAbandoned(logger, item.Tenant.ToString());
            return new TenantWorkOutcome.Abandoned();
        }
        catch (Exception e)
        {
            LogFailed(logger, item.Tenant.ToString(), e);
            return new TenantWorkOutcome.Failed(e);
        }
    }

    [LoggerMessage(420, LogLevel.Warning, "Work of tenant {TenantId} was not run: {Outcome}.")]
    private static partial void LogRefused(ILogger logger, string tenantId, string outcome);

    [LoggerMessage(421, LogLevel.Error, "Work of tenant {TenantId} failed.")]
    private static partial void LogFailed(ILogger logger, string tenantId, Exception exception);

    [LoggerMessage(422, LogLevel.Warning, "Work of tenant {TenantId} was abandoned, as the process stops.")]
    private static partial void LogAbandoned(ILogger logger, string tenantId);
}
