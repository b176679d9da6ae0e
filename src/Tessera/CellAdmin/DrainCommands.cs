using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Commands;
using Tessera.Operator;
using Tessera.Up;

namespace Tessera.CellAdmin;

/// <summary><c>tessera cell drain</c> and <c>declare-lost</c>: what moves tenants out of a cell.</summary>
internal static class DrainCommands
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(0.5);

    public static Command Drain()
    {
        var options = new ApiOptions();
        var which = new Argument<string>("cell") { Description = "Its id, such as eu-1" };
        var to = new Option<string?>("--to") { Description = "The cell everyone is to go to [each where one like it would be placed in the region]" };
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait for it to be empty; it goes on by itself" };
        var command = options.AddTo(new Command("drain", "Moves all tenants with a realm of their own out of a cell, a few at a time. Opening the cell ends it.") { which, to, noWait });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var (api, json) = (options.Open(result), options.Json(result));
            var path = $"/cells/{Uri.EscapeDataString(result.GetValue(which)!)}/drain";
            var drain = await api.PostAsync(path, result.GetValue(to) is { } cell ? new JsonObject { ["to"] = cell } : [], cancellation);
            if (!result.GetValue(noWait))
            {
                drain = json || Console.IsOutputRedirected
                    ? await UntilEmptyAsync(api, path, new Lines().Tell, cancellation)
                    : await BarAsync(api, path, drain, cancellation);
            }

            if (json || result.GetValue(noWait))
            {
                Output.Answer(json, drain);
            }

            if (!result.GetValue(noWait) && (int)drain["left"]! > 0)
            {
                throw new Fault($"The cell is {drain["state"]} and houses {drain["left"]} tenants still.");
            }
        }));
        return command;
    }

    public static Command DeclareLost()
    {
        var options = new ApiOptions();
        var which = new Argument<string>("cell") { Description = "Its id, such as eu-1" };
        var attest = new Option<string>("--attest") { Description = "Who knows from what that it is destroyed and never answers again; kept in the audit log", Required = true };
        var endpoint = new Option<string?>("--endpoint") { Description = "Where a process answers that runs on the copy of its database and key" };
        var command = options.AddTo(new Command("declare-lost", "Attests that a cell is destroyed, so that its tenants can be moved out of a copy of it. It never comes back.") { which, attest, endpoint });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var body = new JsonObject { ["attestation"] = result.GetValue(attest) };
            if (result.GetValue(endpoint) is { } origin)
            {
                body["endpoint"] = origin;
            }

            Output.Answer(options.Json(result), await options.Open(result).PostAsync($"/cells/{Uri.EscapeDataString(result.GetValue(which)!)}/declare-lost", body, cancellation));
        }));
        return command;
    }

    private static async Task<JsonNode> UntilEmptyAsync(AdminApi api, string path, Action<JsonNode> tell, CancellationToken cancellation)
    {
        while (true)
        {
            var drain = await api.GetAsync(path, cancellation);
            tell(drain);
            if ((int)drain["left"]! == 0 || (string?)drain["state"] is not ("draining" or "lost"))
            {
                return drain;
            }

            await Task.Delay(Every, cancellation);
        }
    }

    private static async Task<JsonNode> BarAsync(AdminApi api, string path, JsonNode first, CancellationToken cancellation)
    {
        var end = first;
        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask("draining");
                end = await UntilEmptyAsync(api, path, drain =>
                {
                    task.MaxValue = Math.Max(1, (int)drain["left"]! + (int)drain["moved"]!);
                    task.Value = (int)drain["left"]! == 0 ? task.MaxValue : (int)drain["moved"]!;
                    task.Description = Markup.Escape(Summary(drain));
                }, cancellation);
            });
        return end;
    }

    private static string Summary(JsonNode drain) =>
        $"{drain["cell"]}: {drain["moved"]} moved, {drain["moving"]} on the way, {drain["left"]} left"
        + ((int)drain["shared"]! > 0 ? $", {drain["shared"]} to promote first" : "")
        + ((string?)drain["blocked"] is { } code ? $"; waits: {code}" : "");

    private sealed class Lines
    {
        private string? _last;

        public void Tell(JsonNode drain)
        {
            if (Summary(drain) is var line && line != _last)
            {
                Console.Error.WriteLine(_last = line);
            }
        }
    }
}
