using Tessera.Benchmarks.Duels;

namespace Tessera.Benchmarks.Lanes;

/// <summary>One line of the table.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Against">What it is measured beside.</param>
/// <param name="Goal">The ratio it should not exceed; absent where the figure is only reported.</param>
/// <param name="AtLeast">The ratio is one of rates, and should not fall below its goal.</param>
internal sealed record Lane(string Name, string Against, double? Goal, Func<CancellationToken, Task<DuelResult>> RunAsync, bool AtLeast = false)
{
    public string FullName => $"{Name} / {Against}";
}
