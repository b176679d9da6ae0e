using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Npgsql;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>The database answers late (R18), all connections to it are taken (R19), or it hangs with nobody told (R21).</summary>
[Collection(WireCollection.Name)]
public sealed class SlowDatabaseTests(Wired wired, ITestOutputHelper output)
{
    private readonly Deployment _at = wired.At;

    [Fact]
    public async Task Half_a_second_late_it_exhausts_no_pool_and_nobody_gets_anothers_answer()
    {
        var people = await Crowd.SignUpAsync(_at, _at.Acme, Wired.CellPool);
        await people.EachAsync(); // all connections are there
        var said = _at.CellEu.Output.Length;
        _at.EuWires.ToDatabase.Slow(TimeSpan.FromMilliseconds(500));
        var times = new ConcurrentQueue<double>();
        try
        {
            await people.EachAsync(LongRuns.Of(1, 10), times);
        }
        finally
        {
            _at.EuWires.Pass();
        }

        var sorted = times.Order().ToList();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"database 500 ms late: {sorted.Count} requests, {people.Failures.Count} failures, median {sorted[sorted.Count / 2]:F0} ms, p99 {sorted[(int)(sorted.Count * 0.99)]:F0} ms, longest {sorted[^1]:F0} ms"));
        Assert.Empty(people.Failures);
        Assert.DoesNotContain("pool has been exhausted", _at.CellEu.Output[said..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_every_connection_taken_people_are_told_at_once_and_come_back_at_once()
    {
        await _at.TokensAsync(_at.Globex);
        await using var owner = new NpgsqlConnection(_at.OwnerOf("us-1"));
        await owner.OpenAsync();
        await using var taken = await owner.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE", owner, taken))
        {
            await hold.ExecuteNonQueryAsync();
        }

        // So many that all connections wait for the lock, and some for a connection.
        var waiting = Enumerable.Range(0, Wired.CellPool * 2).Select(_ => StatusAsync()).ToList();
        await await Task.WhenAny(waiting.Select(UntilShedAsync));
        var shed = new List<double>();
        var until = Stopwatch.StartNew();
        while (until.Elapsed < TimeSpan.FromSeconds(2))
        {
            var asked = Stopwatch.StartNew();
            var status = await StatusAsync();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            shed.Add(asked.Elapsed.TotalMilliseconds);
        }

        await taken.RollbackAsync();
        var back = Stopwatch.StartNew();
        while (await _at.Visitor.SignInAsync(_at.Globex, Deployment.Ada, Deployment.Password) is null)
        {
            Assert.True(back.Elapsed < TimeSpan.FromSeconds(15), "Nobody is let in again.");
            await Task.Delay(50);
        }

        var took = back.Elapsed;
        await Task.WhenAll(waiting);
        shed.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"all {Wired.CellPool} connections taken: {shed.Count} told 503, median {shed[shed.Count / 2]:F0} ms, longest {shed[^1]:F0} ms; back {took.TotalSeconds:F1} s after they were free"));
        Assert.True(shed[shed.Count / 2] < 1_000, $"Half of those who were told waited {shed[shed.Count / 2]:F0} ms and more.");
        Assert.True(took < TimeSpan.FromSeconds(5), $"Back after {took}.");
    }

    [Fact]
    public async Task Hanging_it_is_noticed_and_what_comes_late_reaches_nobody_else()
    {
        var people = await Crowd.SignUpAsync(_at, _at.Acme, Wired.CellPool);
        await people.EachAsync();
        _at.EuWires.ToDatabase.Hold();
        TimeSpan noticed;
        try
        {
            var hanging = people.AskAllAsync();
            var began = Stopwatch.StartNew();
            var answers = await hanging;
            noticed = began.Elapsed;
            Assert.All(answers, answer => Assert.NotEqual(HttpStatusCode.OK, answer));
        }
        finally
        {
            _at.EuWires.Pass();
        }

        var back = await people.UntilServedAsync();
        await people.EachAsync(LongRuns.Of(2, 20));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"database hangs: noticed after {noticed.TotalSeconds:F1} s, back {back.TotalSeconds:F1} s after it answers again; {people.Done} answers, each their own"));
        Assert.Empty(people.Failures);
        Assert.True(noticed < TimeSpan.FromSeconds(20), $"Noticed after {noticed}.");
    }

    private async Task<HttpStatusCode> StatusAsync()
    {
        using var answer = await _at.Visitor.PostSignInAsync(_at.Globex, Deployment.Ada, Deployment.Password);
        return answer.StatusCode;
    }

    private static async Task UntilShedAsync(Task<HttpStatusCode> asked) => Assert.Equal(HttpStatusCode.ServiceUnavailable, await asked);
}
