using System.Diagnostics;
using System.Globalization;
using Tessera.Benchmarks.Duels;

namespace Tessera.Benchmarks.Races;

/// <summary>One way of doing the same thing, and a single time of it.</summary>
internal sealed record Contestant(string Name, Func<Task> Step);

/// <summary>How long a race is: its whole time is rounds × slice × contestants, and the time to warm up.</summary>
/// <param name="WarmUpSteps">Done by each contestant before the first round, or as many as <paramref name="WarmUp"/> gives time for.</param>
internal sealed record RaceLength(int Rounds, TimeSpan Slice, int WarmUpSteps, TimeSpan WarmUp);

/// <summary>What a contestant did in one slice.</summary>
/// <param name="PerSecond">Steps per second of the clock.</param>
/// <param name="PerCpuSecond">Steps per second of CPU time, of this process and of the database's together.</param>
internal sealed record Pace(double PerSecond, double PerCpuSecond);

/// <summary>What came of a race, for each contestant and round.</summary>
internal sealed class RaceResult(IReadOnlyDictionary<string, List<Pace>> paces)
{
    /// <summary>
    /// One contestant's steps per CPU second by another's, as the median of the rounds: what the rates would be on a core the two
    /// sides share, whatever else the machine does. The spread is that of the middle half: a slice is short, and a single one
    /// says little.
    /// </summary>
    public DuelResult Compare(string subject, string other)
    {
        var ratios = Ratios(subject, other, pace => pace.PerCpuSecond);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  by the clock {Median(Ratios(subject, other, pace => pace.PerSecond)):F2}"));
        var ratio = Median(ratios);
        return new DuelResult(ratio, (ratios[ratios.Count * 3 / 4] - ratios[ratios.Count / 4]) / ratio, Micros(subject), Micros(other), Attempts: 1);
    }

    private List<double> Ratios(string subject, string other, Func<Pace, double> of) =>
        [.. paces[subject].Zip(paces[other], (mine, theirs) => of(mine) / of(theirs)).Order()];

    private double Micros(string name) => 1e6 / Median([.. paces[name].Select(pace => pace.PerCpuSecond).Order()]);

    private static double Median(List<double> ordered) => ordered[ordered.Count / 2];
}

/// <summary>
/// Several ways measured in one process, in short slices one after the other, every second round backwards: whatever else the
/// machine does meets all of them.
/// </summary>
internal static class Race
{
    /// <param name="cost">CPU time taken so far.</param>
    public static async Task<RaceResult> RunAsync(IReadOnlyList<Contestant> contestants, Func<TimeSpan> cost, RaceLength length, CancellationToken cancellation)
    {
        foreach (var contestant in contestants)
        {
            var begin = Stopwatch.GetTimestamp();
            for (var i = 0; i < length.WarmUpSteps && Stopwatch.GetElapsedTime(begin) < length.WarmUp; i++)
            {
                await contestant.Step();
            }
        }

        var paces = contestants.ToDictionary(contestant => contestant.Name, _ => new List<Pace>());
        for (var round = 0; round < length.Rounds; round++)
        {
            foreach (var contestant in round % 2 == 0 ? contestants : contestants.Reverse())
            {
                cancellation.ThrowIfCancellationRequested();
                paces[contestant.Name].Add(await PaceAsync(contestant, cost, length.Slice));
            }
        }

        return new RaceResult(paces);
    }

    private static async Task<Pace> PaceAsync(Contestant contestant, Func<TimeSpan> cost, TimeSpan slice)
    {
        var (begin, before, steps) = (Stopwatch.GetTimestamp(), cost(), 0);
        do
        {
            await contestant.Step();
            steps++;
        }
        while (Stopwatch.GetElapsedTime(begin) < slice);
        return new Pace(steps / Stopwatch.GetElapsedTime(begin).TotalSeconds, steps / (cost() - before).TotalSeconds);
    }
}
