using System.CommandLine;
using Tessera.Up;

namespace Tessera.Commands;

/// <summary><c>tessera up</c>: everything in one process, with a demo to look at.</summary>
internal static class UpCommand
{
    public static Command Build()
    {
        var port = new Option<int>("--port") { Description = "First port; the parts use this one and those after it", DefaultValueFactory = _ => 8400 };
        var data = new Option<string>("--data") { Description = "Folder that holds everything", DefaultValueFactory = _ => ".tessera" };
        var postgres = new Option<string?>("--postgres") { Description = "Connection string of a PostgreSQL role that may create databases and roles; without it SQLite is used" };
        var command = new Command("up", "Starts everything in one process on loopback, with a demo.") { port, data, postgres };
        command.SetAction((result, _) => Guarded.RunAsync(async () =>
        {
            using var signals = new Signals();
            await UpRun.RunAsync(new Place(result.GetValue(data)!, result.GetValue(port)), result.GetValue(postgres), signals.Stop);
        }));
        return command;
    }
}
