using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>
/// R17: one tenant gets twenty times the requests its share allows, while another in the same cell does what it always did. The first is
/// told to come again and gets its share; the second is not failed once.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class NoisyNeighbourTests(Deployments deployments, ITestOutputHelper output)
{
    private const int Share = 20;
    private const int Times = 20;
    private const int NoisyWorkers = 20;
    private const int QuietPerSecond = 10;
    private readonly Deployment _at = deployments.OnSqlite;

    [Fact]
    public async Task A_tenant_at_twenty_times_its_share_fails_nobody_else()
    {
        var (router, port) = _at.AddRouter("router-with-shares", settings: $$"""
            { "Router": { "Limits": { "TenantPerSecond": {{Share}}, "SourcePerSecond": 100000 } } }
            """);
        await router.StartAsync();
        using var visitor = _at.VisitorOf(port);
        var quiet = await _at.KnownAsync(Deployment.Describe((await _at.OnboardAsync($"quiet-{Guid.NewGuid():N}"[..20], "eu-1")).GetProperty("tenant")));
        await UntilServedAsync(visitor, quiet);
        var lasts = TimeSpan.FromSeconds(LongRuns.Of(8, 60));

        var alone = await QuietAsync(visitor, quiet, lasts);
        using var stop = new CancellationTokenSource();
        var began = Stopwatch.StartNew();
        var noise = NoiseAsync(visitor, stop.Token);
        var beside = await QuietAsync(visitor, quiet, lasts);
        await stop.CancelAsync();
        var (served, refused, wrong) = await noise;
        var seconds = began.Elapsed.TotalSeconds;
        await router.DisposeAsync();

        output.WriteLine($"one tenant asked {(served + refused) / seconds:F0} times a second for {seconds:F0} s with a share of {Share}: {served} served, {refused} told to come again");
        output.WriteLine($"another in its cell, {QuietPerSecond} a second: {alone.Count} and {beside.Count} requests, none failed; median {At(alone, 0.5):F1} and {At(beside, 0.5):F1} ms, p99 {At(alone, 0.99):F1} and {At(beside, 0.99):F1} ms");
        Assert.Empty(wrong);
        Assert.True(refused > served, "The noise was within its share.");
        Assert.InRange(served, Share, (seconds + 3) * Share); // a burst is two seconds' worth
    }

    // At a pace, whatever the answers take; anything but an answer of the cell's is a failure.
    private static async Task<IReadOnlyList<double>> QuietAsync(Visitor visitor, DemoTenant tenant, TimeSpan lasts)
    {
        var took = new ConcurrentBag<double>();
        var asked = new List<Task>();
        for (var since = Stopwatch.StartNew(); since.Elapsed < lasts; await Task.Delay(1_000 / QuietPerSecond))
        {
            asked.Add(Task.Run(async () =>
            {
                var watch = Stopwatch.StartNew();
                using var page = await visitor.GetAsync(PageOf(tenant));
                Assert.Equal(HttpStatusCode.OK, page.StatusCode);
                took.Add(watch.Elapsed.TotalMilliseconds);
            }));
        }

        await Task.WhenAll(asked);
        return [.. took.Order()];
    }

    private async Task<(int Served, int Refused, IReadOnlyCollection<string> Wrong)> NoiseAsync(Visitor visitor, CancellationToken stop)
    {
        var (served, refused, wrong) = (0, 0, new ConcurrentBag<string>());
        var pause = TimeSpan.FromSeconds(NoisyWorkers / (double)(Share * Times));
        await Task.WhenAll(Enumerable.Range(0, NoisyWorkers).Select(_ => Task.Run(async () =>
        {
            using var pace = new PeriodicTimer(pause);
            while (!stop.IsCancellationRequested && await pace.WaitForNextTickAsync(CancellationToken.None))
            {
                using var answer = await visitor.GetAsync(PageOf(_at.Acme));
                switch (answer.StatusCode)
                {
                    case HttpStatusCode.OK:
                        Interlocked.Increment(ref served);
                        break;
                    case HttpStatusCode.TooManyRequests when answer.Headers.RetryAfter is not null:
                        Interlocked.Increment(ref refused);
                        break;
                    default:
                        wrong.Add($"{(int)answer.StatusCode}");
                        break;
                }
            }
        })));
        return (served, refused, wrong);
    }

    private static async Task UntilServedAsync(Visitor visitor, DemoTenant tenant)
    {
        for (var until = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(30); ; await Task.Delay(200))
        {
            using var page = await visitor.GetAsync(PageOf(tenant));
            if (page.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            Assert.True(DateTimeOffset.UtcNow < until, $"The router does not hear of {tenant.Slug}.");
        }
    }

    private static string PageOf(DemoTenant tenant) => $"{tenant.SignInHost}/login{Visitor.AuthorizeQuery(tenant)}";

    private static double At(IReadOnlyList<double> sorted, double share) => sorted[(int)(share * (sorted.Count - 1))];
}
