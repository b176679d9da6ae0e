using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace Tessera.Commands;

/// <summary>A command that runs one host until it is told to stop.</summary>
internal static class HostCommand
{
    public static Command Build(string name, string description, HostSetting[] settings, Func<string[], WebApplication> build)
    {
        var command = new Command(name, description);
        var config = new Option<string>("--config") { Description = "JSON file with any of the host's settings, such as {\"Router\": {\"Listen\": …}}" };
        var options = settings.Select(setting => (Setting: setting, Option: ToOption(setting))).ToList();
        foreach (var (_, option) in options)
        {
            command.Add(option);
        }

        command.Add(config);
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var given = options.Select(entry => (entry.Setting, (IReadOnlyList<string>)(result.GetValue(entry.Option) ?? [])));
            await using var app = build(HostArguments.Of(given, result.GetValue(config)));
            await app.RunAsync(cancellation);
        }));
        return command;
    }

    private static Option<string[]> ToOption(HostSetting setting) => new(setting.Option)
    {
        Description = setting.Description,
        Arity = ArgumentArity.OneOrMore, // of one that is no list, the last counts
    };
}
