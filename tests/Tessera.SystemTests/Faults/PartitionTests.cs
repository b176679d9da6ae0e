using System.Diagnostics;
using System.Globalization;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>
/// R12: while a tenant moves, source, target and control plane are cut off from the others one after another, in all six orders. Both
/// cells are tried all the time, beside the router: once the target has taken a write, the source takes none.
/// </summary>
[Collection(WireCollection.Name)]
public sealed class PartitionTests(Wired wired, ITestOutputHelper output)
{
    // What each order cuts first meets the copying, what it cuts second the pause, and what it cuts last the decision or the way back.
    private static readonly string[] Moments = ["copying", "fencing", "cutover"];
    private static readonly string[] Path = ["planned", "copying", "fencing", "fenced", "verified", "cutover", "announced", "purging", "purged", "rolling_back", "rolled_back"];
    private static readonly TimeSpan CutFor = TimeSpan.FromSeconds(1);
    private readonly Deployment _at = wired.At;

    public static TheoryData<string> Orders() => LongRuns.Wanted ? ["STC", "SCT", "TSC", "TCS", "CST", "CTS"] : ["STC", "CTS"];

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task There_is_one_writer_whoever_is_cut_off_and_the_move_ends(string order)
    {
        var tenant = await _at.KnownAsync(Deployment.Describe((await _at.OnboardAsync($"cut-{Guid.NewGuid():N}"[..16], "eu-1")).GetProperty("tenant")));
        await _at.TokensAsync(tenant);
        using var writers = new TwoWriters(_at, tenant);
        using var stop = new CancellationTokenSource();
        var writing = writers.TryBothAsync(stop.Token);
        var told = new List<string>();
        try
        {
            // Slowly, so that each cut meets the moment it is meant for.
            _at.EuWires.FromControl.Slow(TimeSpan.FromMilliseconds(40));
            _at.UsWires.FromControl.Slow(TimeSpan.FromMilliseconds(40));
            var move = await MoveTenant.BeginAsync(_at, tenant, "us-1");
            for (var i = 0; i < order.Length; i++)
            {
                told.Add($"{order[i]} at {await CutAsync(order[i], move, Moments[i])}");
            }

            var healed = Stopwatch.StartNew();
            var ended = (await MoveTenant.EndAsync(_at, move)).GetProperty("state").GetString()!;
            var settled = healed.Elapsed;
            var home = MoveTenant.There.Contains(ended) ? "us-1" : "eu-1";
            await writers.TakesAsync(home);
            await _at.TokensAsync(tenant);
            await stop.CancelAsync();
            await writing;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{order}: cut {string.Join(", ", told)}; {(home == "us-1" ? "completed" : "rolled back")} {settled.TotalSeconds:F1} s after the last healed; {writers.Told}"));
            writers.DemandOneAtATime(home);
        }
        finally
        {
            await stop.CancelAsync();
            _at.EuWires.Pass();
            _at.UsWires.Pass();
        }
    }

    private async Task<string> CutAsync(char whom, string move, string moment)
    {
        string state;
        for (var waited = Stopwatch.StartNew(); Array.IndexOf(Path, state = await MoveTenant.StateAsync(_at, move)) < Array.IndexOf(Path, moment); await Task.Delay(5))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(2), $"The move stands at {state}.");
        }

        Wire[] wires = whom switch
        {
            'S' => [_at.EuWires.FromControl, _at.EuWires.FromRouter],
            'T' => [_at.UsWires.FromControl, _at.UsWires.FromRouter],
            _ => [_at.EuWires.FromControl, _at.UsWires.FromControl],
        };
        foreach (var wire in wires)
        {
            wire.Cut();
        }

        await Task.Delay(CutFor);
        foreach (var wire in wires)
        {
            wire.Pass();
            wire.Slow(TimeSpan.FromMilliseconds(wire == _at.EuWires.FromRouter || wire == _at.UsWires.FromRouter ? 0 : 40));
        }

        return state;
    }
}
