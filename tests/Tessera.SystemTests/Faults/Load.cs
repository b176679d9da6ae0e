using System.Collections.Concurrent;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>People at work: each round looks the tenant up, signs in by password, redeems the code and refreshes.</summary>
public sealed class Load(Deployment deployment)
{
    private readonly ConcurrentQueue<string> _failures = new();
    private int _done;

    /// <summary>Rounds that went well.</summary>
    public int Done => _done;

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>A number of rounds over the tenants in turn, four at a time.</summary>
    public async Task RunAsync(int rounds, params DemoTenant[] tenants) =>
        await Parallel.ForAsync(0, rounds, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (round, _) => await RoundAsync(tenants[round % tenants.Length]));

    /// <summary>Round after round, two at a time, until told to stop.</summary>
    public Task UntilAsync(DemoTenant tenant, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
    {
        while (!stop.IsCancellationRequested)
        {
            await RoundAsync(tenant);
        }
    }));

    private async Task RoundAsync(DemoTenant tenant)
    {
        try
        {
            using var route = await deployment.RouteAsync(tenant.Slug);
            Assert.Equal(200, (int)route.StatusCode);
            var tokens = await deployment.TokensAsync(tenant);
            using var refreshed = await deployment.Visitor.RefreshAsync(deployment.AuthHost, tenant, tokens.Refresh);
            Assert.NotEmpty((await TokenSet.ReadAsync(refreshed)).Access);
            Interlocked.Increment(ref _done);
        }
        catch (Exception e)
        {
            _failures.Enqueue($"{tenant.Slug}: {e.Message}");
        }
    }
}
