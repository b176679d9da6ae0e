using System.CommandLine;
using Tessera.Demo;
using Tessera.Files;
using Tessera.Tour;

namespace Tessera.Commands;

/// <summary><c>tessera tour</c>: what Tessera does, shown on a running demo in under a minute.</summary>
internal static class TourCommand
{
    public static Command Build()
    {
        var data = new Option<string>("--data") { Description = "Folder of the running demo", DefaultValueFactory = _ => ".tessera" };
        var json = new Option<bool>("--json") { Description = "Print what was shown as one JSON document" };
        var command = new Command("tour", "Walks a running demo: tenants of each pattern, sign-ins, a promotion, and tricks that are refused.") { data, json };
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var file = Path.Combine(Path.GetFullPath(result.GetValue(data)!), DemoFile.FileName);
            var demo = SecretFile.Read(file, DemoJson.Default.DemoFile)
                ?? throw new Fault($"There is no demo at '{file}'. Start one with: tessera up");
            Terminal.KeepLinesWhole();
            await new TourRun(demo, new Guide(result.GetValue(json))).RunAsync(cancellation);
        }));
        return command;
    }
}
