using System.Globalization;
using Tessera.Benchmarks.Servers;

namespace Tessera.Benchmarks.Reports;

/// <summary>The last full run, as it stands in <c>bench/README.md</c> between two marks.</summary>
internal static class Record
{
    private const string Begin = "<!-- record: written by ./dev bench --record -->";
    private const string End = "<!-- end of record -->";

    public static void Write(IReadOnlyList<LaneResult> results)
    {
        var text = File.ReadAllText(BuiltFiles.Record);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (from < 0 || to < from)
        {
            throw new InvalidOperationException($"{BuiltFiles.Record} has no place for the record.");
        }

        File.WriteAllText(BuiltFiles.Record, $"{text[..(from + Begin.Length)]}\n{Table(results)}{text[to..]}");
    }

    private static string Table(IReadOnlyList<LaneResult> results) => $"""

        {Machine()}

        | {string.Join(" | ", LaneResult.Headings)} |
        |{string.Concat(Enumerable.Repeat("---|", LaneResult.Headings.Length))}
        {string.Join('\n', results.Select(result => $"| {string.Join(" | ", result.Cells())} |"))}


        """;

    private static string Machine()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor";
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[1];
        return string.Create(CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores of {model}, .NET {Environment.Version}, load average of the last 5 minutes {load}.");
    }
}
