using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tessera.Contracts.Ids;
using Tessera.Feed;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>R27: all who follow the directory, and all who sign in, lose their connections at once and come back together.</summary>
[Collection(FaultCollection.Name)]
public sealed class ReconnectTests(Deployments deployments, ITestOutputHelper output)
{
    private const int Followers = 150;
    private const int People = 150;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Bucket = TimeSpan.FromMilliseconds(200);
    private readonly Deployment _at = deployments.OnPostgres;

    [Fact]
    public async Task Everybody_who_follows_the_feed_is_back_within_a_minute_and_not_all_at_once()
    {
        var port = Ports.NextBase();
        var proxy = new TcpProxy(port, new Uri(_at.Control.Origin).Port, new Wire());
        var hosts = Enumerable.Range(0, Followers).Select(i => Follower(_at.FeedOf($"follower-{i}", $"http://127.0.0.1:{port}"))).ToList();
        await Task.WhenAll(hosts.Select(host => host.StartAsync()));
        await UntilAllKnowAsync(hosts, _at.Acme);

        await _at.Control.KillAsync();
        await proxy.DisposeAsync();
        var balancer = new Balancer(port);
        await Task.Delay(TimeSpan.FromSeconds(12)); // by then all pauses are at their longest
        await balancer.DisposeAsync();
        var (whole, busiest) = balancer.Asked(TimeSpan.FromSeconds(4), Bucket);
        proxy = new TcpProxy(port, new Uri(_at.Control.Origin).Port, new Wire());
        await _at.Control.StartAsync();
        var back = Stopwatch.StartNew();
        var late = Deployment.Describe((await _at.OnboardAsync($"back-{Guid.NewGuid():N}"[..20], "us-1")).GetProperty("tenant"));
        await UntilAllKnowAsync(hosts, late);

        output.WriteLine($"{Followers} followers: asked {whole} times in 8 s without the control plane, {busiest} of them in the busiest {Bucket.TotalMilliseconds:F0} ms; all know what is new {back.Elapsed.TotalSeconds:F1} s after it is back");
        foreach (var host in hosts)
        {
            await host.StopAsync();
            host.Dispose();
        }

        await proxy.DisposeAsync();
        Assert.True(whole >= Followers, "Somebody has given up.");
        Assert.True(busiest < Followers / 5, $"{busiest} requests of {Followers} followers came within {Bucket.TotalMilliseconds:F0} ms.");
        Assert.True(back.Elapsed < Bound, $"It took {back.Elapsed.TotalSeconds:F1} s.");
    }

    [Fact]
    public async Task Everybody_signs_in_within_a_minute_when_all_come_back_together()
    {
        var tenants = new[] { _at.Acme, _at.Globex };
        await _at.Router.KillAsync();
        var signedIn = new ConcurrentBag<double>();
        var tries = 0;
        var back = new TaskCompletionSource<Stopwatch>(TaskCreationOptions.RunContinuationsAsynchronously);
        var people = Enumerable.Range(0, People).Select(async i =>
        {
            var watch = await back.Task;
            while (await TrySignInAsync(tenants[i % tenants.Length]) is { } wait)
            {
                Assert.True(watch.Elapsed < Bound, "Somebody has not signed in within a minute.");
                Interlocked.Increment(ref tries);
                await Task.Delay(wait);
            }

            signedIn.Add(watch.Elapsed.TotalSeconds);
        }).ToList();
        await _at.Router.StartAsync();
        back.SetResult(Stopwatch.StartNew());
        await Task.WhenAll(people);

        var sorted = signedIn.Order().ToList();
        output.WriteLine($"{People} people sign in at once through a router that has just started: the first after {sorted[0]:F1} s, half after {sorted[People / 2]:F1} s, the last after {sorted[^1]:F1} s; {tries} times somebody was told to come again");
        Assert.True(sorted[^1] < Bound.TotalSeconds);
    }

    // How long to wait before the next try; null once somebody is in.
    private async Task<TimeSpan?> TrySignInAsync(DemoTenant tenant)
    {
        using var answer = await _at.Visitor.PostSignInAsync(tenant, Deployment.Ada, Deployment.Password);
        if (answer.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
        {
            Assert.NotNull(answer.Headers.RetryAfter); // who is sent away is told when to come again
            return answer.Headers.RetryAfter.Delta;
        }

        Assert.True(answer.Headers.Contains("Set-Cookie"), $"{tenant.Slug}: {(int)answer.StatusCode}");
        return null;
    }

    private static IHost Follower(FeedOptions options)
    {
        Directory.CreateDirectory(options.Data);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddDirectoryFeed(options);
        return builder.Build();
    }

    private static async Task UntilAllKnowAsync(IReadOnlyList<IHost> hosts, DemoTenant tenant)
    {
        Assert.True(TenantId.TryParse(tenant.TenantId, out var id));
        var maps = hosts.Select(host => host.Services.GetRequiredService<DirectoryMap>()).ToList();
        for (var since = Stopwatch.StartNew(); !maps.TrueForAll(map => map.TryGet(id, out _)); await Task.Delay(50))
        {
            Assert.True(since.Elapsed < Bound, $"{maps.Count(map => !map.TryGet(id, out _))} followers do not know {tenant.Slug}.");
        }
    }

    /// <summary>A load balancer without anybody behind it: says 503 to whoever comes, and remembers when.</summary>
    private sealed class Balancer : IAsyncDisposable
    {
        private readonly TcpListener _listener;
        private readonly ConcurrentQueue<TimeSpan> _asked = new();
        private readonly Stopwatch _since = Stopwatch.StartNew();
        private readonly Task _accepting;

        public Balancer(int port)
        {
            _listener = new TcpListener(IPAddress.Loopback, port);
            _listener.Start(512);
            _accepting = AcceptAsync();
        }

        /// <summary>How often it was asked after that time, and how often in the busiest stretch.</summary>
        public (int Whole, int Busiest) Asked(TimeSpan after, TimeSpan stretch)
        {
            var late = _asked.Where(at => at >= after).ToList();
            return (late.Count, late.CountBy(at => (int)(at / stretch)).Select(part => part.Value).DefaultIfEmpty().Max());
        }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _accepting;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
                }
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                // Stopped, while it waited or before it waited again.
            }
        }

        private async Task AnswerAsync(TcpClient client)
        {
            using (client)
            {
                var stream = client.GetStream();
                if (await stream.ReadAsync(new byte[4096]) > 0)
                {
                    _asked.Enqueue(_since.Elapsed);
                    await stream.WriteAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
                }
            }
        }
    }
}
