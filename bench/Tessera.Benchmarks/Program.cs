using System.Globalization;
using Spectre.Console;
using Tessera.Benchmarks.Floors;
using Tessera.Benchmarks.Lanes;
using Tessera.Benchmarks.Reports;

// Started by the benchmark itself: what everything is measured beside.
if (args is ["floor", var port])
{
    await TokenFloor.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
    return 0;
}

var (only, record) = ("", false);
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--only" when i + 1 < args.Length:
            only = args[++i];
            break;
        case "--record":
            record = true;
            break;
        default:
            Console.Error.WriteLine("usage: ./dev bench [--only TEXT] [--record]");
            return 2;
    }
}

var lanes = TokenLanes.All.Concat(SignInLanes.All).Concat(VerifyLanes.All).Concat(RowSecurityLanes.All).Concat(RouterLanes.All).Concat(CellLanes.All).Concat(OnboardingLanes.All)
    .Where(lane => lane.FullName.Contains(only, StringComparison.OrdinalIgnoreCase)).ToList();
if (lanes.Count == 0 || (record && only.Length > 0))
{
    Console.Error.WriteLine(lanes.Count == 0 ? $"No lane has '{only}' in its name." : "Only a run of all lanes is recorded.");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var results = new List<LaneResult>();
foreach (var lane in lanes)
{
    Console.WriteLine($"{lane.FullName} …");
    results.Add(new LaneResult(lane, await lane.RunAsync(stop.Token)));
    Console.WriteLine($"  {string.Join("  ", results[^1].Cells()[2..])}");
}

var table = new Table().AddColumns(LaneResult.Headings);
results.ForEach(result => table.AddRow([.. result.Cells().Select(Markup.Escape)]));
AnsiConsole.Write(table);
if (record)
{
    Record.Write(results);
}

return results.Exists(result => result.Failed) ? 1 : 0;
