using System.Globalization;
using Spectre.Console;
using Tessera.Benchmarks.Floors;
using Tessera.Benchmarks.Lanes;

// floor PORT | [--only TEXT]
if (args is ["floor", var port])
{
    await TokenFloor.RunAsync(int.Parse(port, CultureInfo.InvariantCulture));
    return 0;
}

var only = args is ["--only", var text] ? text : "";
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
foreach (var lane in TokenLanes.All.Where(lane => lane.FullName.Contains(only, StringComparison.OrdinalIgnoreCase)))
{
    var result = await lane.RunAsync(stop.Token);
    AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{lane.FullName}: {result.Ratio:F2} (goal {lane.Goal}), spread {result.Spread:P0}{(result.IsVoid ? " VOID" : "")}, {result.SubjectMicros:F0} / {result.OtherMicros:F0} us, attempts {result.Attempts}"));
}

return 0;
