using System.Globalization;
using Tessera.Benchmarks.Duels;
using Tessera.Benchmarks.Lanes;

namespace Tessera.Benchmarks.Reports;

/// <summary>A lane and what came of it, as the table tells it.</summary>
internal sealed record LaneResult(Lane Lane, DuelResult Duel)
{
    public static readonly string[] Headings = ["lane", "beside", "ratio", "goal", "µs", "spread", "verdict"];

    /// <summary>A lane without a goal has nothing to miss; a void one has shown nothing.</summary>
    public bool Failed => Lane.Goal is { } goal && (Duel.IsVoid || (Lane.AtLeast ? Duel.Ratio < goal : Duel.Ratio > goal));

    public string[] Cells() =>
    [
        Lane.Name,
        Lane.Against,
        Number($"{Duel.Ratio:F2}"),
        Lane.Goal is { } goal ? Number($"{(Lane.AtLeast ? "≥" : "≤")} {goal:0.##}") : "reported",
        Number($"{Duel.SubjectMicros:N0} / {Duel.OtherMicros:N0}"),
        Number($"{Duel.Spread:P0}"),
        Duel.IsVoid ? $"void after {Duel.Attempts} runs" : Lane.Goal is null ? "" : Failed ? "missed" : "met",
    ];

    private static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
