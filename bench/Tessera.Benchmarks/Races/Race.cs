using System.Diagnostics;
using Tessera.Benchmarks.Duels;

namespace Tessera.Benchmarks.Races;

/// <summary>One way of doing the same thing, and a single time of it.</summary>
internal sealed record Contestant(string Name, Func<Task> Step);

/// <summary>How long a race is: its whole time is rounds × slice × contestants.</summary>
/// <param name="WarmUpSteps">Done by each contestant before the first round.</param>
internal sealed record RaceLength(int Rounds, TimeSpan Slice, int WarmUpSteps);

/// <summary>What came of a race: for each contestant and round, the steps it did in a second.</summary>
internal sealed class RaceResult(IReadOnlyDictionary<string, List<double>> rates)
{
    /// <summary>
    /// One contestant's rate by another's, as the median of the rounds. The spread is that of the middle half: a slice is short,
    /// and a single one says little.
    /// </summary>
    public DuelResult Compare(string subject, string other)
    {
        var ratios = rates[subject].Zip(rates[other], (mine, theirs) => mine / theirs).Order().ToList();
        var ratio = ratios[ratios.Count / 2];
        return new DuelResult(ratio, (ratios[ratios.Count * 3 / 4] - ratios[ratios.Count / 4]) / ratio, Micros(subject), Micros(other), Attempts: 1);
    }

    private double Micros(string name) => 1e6 / rates[name].Order().ElementAt(rates[name].Count / 2);
}

/// <summary>
/// Several ways measured in one process, in short slices one after the other, every second round backwards: whatever else the
/// machine does meets all of them.
/// </summary>
internal static class Race
{
    public static async Task<RaceResult> RunAsync(IReadOnlyList<Contestant> contestants, RaceLength length, CancellationToken cancellation)
    {
        foreach (var contestant in contestants)
        {
            for (var i = 0; i < length.WarmUpSteps; i++)
            {
                await contestant.Step();
            }
        }

        var rates = contestants.ToDictionary(contestant => contestant.Name, _ => new List<double>());
        for (var round = 0; round < length.Rounds; round++)
        {
            foreach (var contestant in round % 2 == 0 ? contestants : contestants.Reverse())
            {
                cancellation.ThrowIfCancellationRequested();
                rates[contestant.Name].Add(await RateAsync(contestant, length.Slice));
            }
        }

        return new RaceResult(rates);
    }

    private static async Task<double> RateAsync(Contestant contestant, TimeSpan slice)
    {
        var (begin, steps) = (Stopwatch.GetTimestamp(), 0);
        do
        {
            await contestant.Step();
            steps++;
        }
        while (Stopwatch.GetElapsedTime(begin) < slice);
        return steps / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
