using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>
/// R8: of two routers behind a load balancer one is killed. The balancer does what all do: who cannot be connected to is left out, and
/// nothing is sent twice. Then only what was under way through that router fails.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class RouterCrashTests(Deployments deployments, ITestOutputHelper output)
{
    private const int Workers = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly Deployment _at = deployments.OnSqlite;

    [Fact]
    public async Task Only_what_was_under_way_through_a_killed_router_fails()
    {
        var (second, port) = _at.AddRouter("router-to-be-killed");
        await second.StartAsync();
        var lasts = TimeSpan.FromSeconds(LongRuns.Of(4, 30));
        using var first = new Visitor();
        using var other = _at.VisitorOf(port);
        var failures = new ConcurrentQueue<(string Message, bool ByOther, long Began)>();
        var done = 0;
        var isOut = false;
        var address = $"{_at.AuthHost}/{_at.Acme.Realm}/.well-known/openid-configuration";
        var until = Stopwatch.StartNew();
        var workers = Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            for (var turn = worker; until.Elapsed < lasts; turn++)
            {
                var byOther = turn % 2 == 0 && !Volatile.Read(ref isOut);
                var began = Stopwatch.GetTimestamp();
                try
                {
                    // A sign-in page is asked for at the cell each time; a key set in between.
                    using var answer = await (byOther ? other : first).GetAsync(turn % 3 == 0 ? address : $"{_at.Acme.SignInHost}/login{Visitor.AuthorizeQuery(_at.Acme)}");
                    Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                    Interlocked.Increment(ref done);
                }
                catch (HttpRequestException e) when (byOther && e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
                {
                    Volatile.Write(ref isOut, true); // nothing was sent; it goes to the other one in the next turn
                }
                catch (Exception e)
                {
                    failures.Enqueue((e.Message, byOther, began));
                }

                await Task.Delay(Pause); // one source, which the routers would tell to wait
            }
        })).ToList();
        await Task.Delay(lasts / 2);
        await second.KillAsync();
        var killedAt = Stopwatch.GetTimestamp();
        await Task.WhenAll(workers);
        await second.DisposeAsync();

        output.WriteLine($"one of two routers killed: {done} requests answered, {failures.Count} failed ({failures.Count * 100.0 / (done + failures.Count):F3} %), all of them under way through it");
        Assert.True(isOut, "Nobody noticed that the router was killed.");
        Assert.All(failures, failure => Assert.True(failure.ByOther && failure.Began <= killedAt, $"{failure.Message}, {(failure.ByOther ? "begun after the kill" : "through the router that lived")}"));
        Assert.True(failures.Count <= Workers, "More failed than could be under way.");
    }
}
