using Tessera.Benchmarks.Load;
using Tessera.Benchmarks.Servers;

namespace Tessera.Benchmarks.Duels;

/// <summary>One side of a comparison.</summary>
/// <param name="RunAsync">Does what is compared again and again for a time, and answers how often.</param>
/// <param name="Cost">CPU time that has been taken so far for it.</param>
internal sealed record Side(Func<TimeSpan, CancellationToken, Task<long>> RunAsync, Func<TimeSpan> Cost)
{
    /// <summary>A server and what its clients do.</summary>
    public Side(Workload work, Func<TimeSpan> cost) : this(work.RunAsync, cost)
    {
    }

    public Side(ServerProcess server, Workload work) : this(work, () => ProcessCpu.OfTree(server.Pid))
    {
    }

    /// <summary>Something that this very process does, on the one thread it has for it.</summary>
    public static Side Here(Action<int> step)
    {
        var next = 0;
        return new Side((time, cancellation) => Task.Run(() =>
        {
            var (steps, until) = (0L, Environment.TickCount64 + (long)time.TotalMilliseconds);
            for (; Environment.TickCount64 < until; steps++)
            {
                step(next++ & int.MaxValue);
            }

            return steps;
        }, cancellation), () => Environment.CpuUsage.TotalTime);
    }

    /// <summary>Steps so far.</summary>
    public long Done { get; private set; }

    /// <summary>CPU time per step, in microseconds, over one round.</summary>
    public async Task<double> MeasureAsync(TimeSpan time, CancellationToken cancellation)
    {
        var before = Cost();
        var steps = await RunAsync(time, cancellation);
        Done += steps;
        return (Cost() - before).TotalMicroseconds / steps;
    }
}

/// <summary>How long a duel is.</summary>
/// <param name="WarmUpSteps">Done by each side before the first round.</param>
internal sealed record DuelLength(int Rounds, TimeSpan Round, long WarmUpSteps);

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
    private const int SettlingRounds = 8;
    private const double Warm = 0.05;

    public static async Task<DuelResult> RunAsync(Side subject, Side other, DuelLength length, CancellationToken cancellation)
    {
        await WarmUpAsync(subject, length, cancellation);
        await WarmUpAsync(other, length, cancellation);
        for (var attempt = 1; ; attempt++)
        {
            var result = await AttemptAsync(subject, other, length, attempt, cancellation);
            if (!result.IsVoid || attempt == Attempts)
            {
                return result;
            }
        }
    }

    // Until it has done a good many steps: by then what is hot has been compiled for good, which on one busy core takes .NET
    // some ten thousands of requests. And then until three rounds in a row agree, or the machine is too restless for that.
    private static async Task WarmUpAsync(Side side, DuelLength length, CancellationToken cancellation)
    {
        var (before, last) = (0.0, 0.0);
        for (var settling = 0; settling < SettlingRounds; settling += side.Done >= length.WarmUpSteps ? 1 : 0)
        {
            var now = await side.MeasureAsync(length.Round, cancellation);
            if (side.Done >= length.WarmUpSteps && Math.Abs(now - last) < Warm * last && Math.Abs(last - before) < Warm * before)
            {
                return;
            }

            (before, last) = (last, now);
        }
    }

    private static async Task<DuelResult> AttemptAsync(Side subject, Side other, DuelLength length, int attempt, CancellationToken cancellation)
    {
        var (mine, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < length.Rounds; round++)
        {
            mine.Add(await subject.MeasureAsync(length.Round, cancellation));
            theirs.Add(await other.MeasureAsync(length.Round, cancellation));
        }

        var ratios = mine.Zip(theirs, (a, b) => a / b).Order().ToList();
        var ratio = Median(ratios);
        return new DuelResult(ratio, (ratios[^1] - ratios[0]) / ratio, Median([.. mine.Order()]), Median([.. theirs.Order()]), attempt);
    }

    private static double Median(List<double> ordered) =>
        ordered.Count % 2 == 1 ? ordered[ordered.Count / 2] : (ordered[ordered.Count / 2 - 1] + ordered[ordered.Count / 2]) / 2;
}
