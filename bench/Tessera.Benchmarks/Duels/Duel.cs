using Tessera.Benchmarks.Load;
using Tessera.Benchmarks.Servers;

namespace Tessera.Benchmarks.Duels;

/// <summary>One side of a comparison: a server and what its clients do.</summary>
/// <param name="Cost">CPU time the server has taken so far for what is compared.</param>
/// <param name="WholeCost">CPU time it has taken so far at all.</param>
internal sealed record Side(Workload Work, Func<TimeSpan> Cost, Func<TimeSpan> WholeCost)
{
    public Side(ServerProcess server, Workload work) : this(work, () => ProcessCpu.OfTree(server.Pid), () => ProcessCpu.OfTree(server.Pid))
    {
    }

    /// <summary>CPU time per step, in microseconds, over one round.</summary>
    public async Task<double> MeasureAsync(TimeSpan time, CancellationToken cancellation)
    {
        var before = Cost();
        var steps = await Work.RunAsync(time, cancellation);
        return (Cost() - before).TotalMicroseconds / steps;
    }
}

/// <summary>What came of a duel.</summary>
/// <param name="Ratio">Median over the rounds of the subject's CPU time per step by the other's.</param>
/// <param name="Spread">Largest less smallest of those ratios, as a share of the median.</param>
internal sealed record DuelResult(double Ratio, double Spread, double SubjectMicros, double OtherMicros, int Attempts)
{
    public bool IsVoid => Spread > Duel.MaxSpread;
}

/// <summary>
/// Two servers measured in turn, round by round, so that whatever else the machine does meets both. A run whose ratios
/// spread too far is void and done again, three times at most.
/// </summary>
internal static class Duel
{
    public const double MaxSpread = 0.3;
    private const int Attempts = 3;
    private const int MaxWarmUps = 25;
    private const double Warm = 0.05;
    private static readonly TimeSpan MinWarmUp = TimeSpan.FromSeconds(25);

    public static async Task<DuelResult> RunAsync(Side subject, Side other, int rounds, TimeSpan time, CancellationToken cancellation)
    {
        await WarmUpAsync(subject, time, cancellation);
        await WarmUpAsync(other, time, cancellation);
        for (var attempt = 1; ; attempt++)
        {
            var result = await AttemptAsync(subject, other, rounds, time, attempt, cancellation);
            if (!result.IsVoid || attempt == Attempts)
            {
                return result;
            }
        }
    }

    // Until it has had a good while of CPU and three rounds in a row agree: by then what is hot has been compiled for good.
    private static async Task WarmUpAsync(Side side, TimeSpan time, CancellationToken cancellation)
    {
        var (before, last) = (0.0, 0.0);
        for (var i = 0; i < MaxWarmUps; i++)
        {
            var now = await side.MeasureAsync(time, cancellation);
            Console.Error.WriteLine($"  warm-up {i}: {now:F0} us");
            if (side.WholeCost() > MinWarmUp && Math.Abs(now - last) < Warm * last && Math.Abs(last - before) < Warm * before)
            {
                return;
            }

            (before, last) = (last, now);
        }
    }

    private static async Task<DuelResult> AttemptAsync(Side subject, Side other, int rounds, TimeSpan time, int attempt, CancellationToken cancellation)
    {
        var (mine, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            mine.Add(await subject.MeasureAsync(time, cancellation));
            theirs.Add(await other.MeasureAsync(time, cancellation));
        }

        var ratios = mine.Zip(theirs, (a, b) => a / b).Order().ToList();
        var ratio = Median(ratios);
        return new DuelResult(ratio, (ratios[^1] - ratios[0]) / ratio, Median([.. mine.Order()]), Median([.. theirs.Order()]), attempt);
    }

    private static double Median(List<double> ordered) =>
        ordered.Count % 2 == 1 ? ordered[ordered.Count / 2] : (ordered[ordered.Count / 2 - 1] + ordered[ordered.Count / 2]) / 2;
}
