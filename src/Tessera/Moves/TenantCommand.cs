using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Commands;
using Tessera.Operator;
using Tessera.Tenants;

namespace Tessera.Moves;

/// <summary><c>tessera tenant move</c> and <c>moves</c>: where one tenant lives, and where it has lived.</summary>
internal static class TenantCommand
{
    public static Command Build() => new("tenant", "Moves one tenant, and lists its moves.") { Move(), Moves() };

    private static Command Move()
    {
        var options = new ApiOptions();
        var which = new Argument<string>("tenant") { Description = "Its slug or id" };
        var to = new Option<string?>("--to") { Description = "The cell it is to live in [the one it lives in]" };
        var pattern = new Option<string?>("--pattern") { Description = "hybrid, in the cell's shared pool, or dedicated, in one of its own [as it is]" };
        pattern.AcceptOnlyFromAmong("hybrid", "dedicated");
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say whether it could be done" };
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait for it to be through; it goes on by itself" };
        var command = options.AddTo(new Command("move", "Moves a tenant to another cell or pattern while it works.") { which, to, pattern, dryRun, noWait });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var (api, json) = (options.Open(result), options.Json(result));
            var tenant = await TenantsCommand.FindAsync(api, result.GetValue(which)!);
            var body = new JsonObject { ["dry_run"] = result.GetValue(dryRun) };
            foreach (var (name, value) in new[] { ("to", result.GetValue(to)), ("pattern", result.GetValue(pattern)) })
            {
                if (value is not null)
                {
                    body[name] = value;
                }
            }

            var answer = await api.PostAsync($"/tenants/{tenant}/moves", body, cancellation);
            if (result.GetValue(dryRun) || result.GetValue(noWait))
            {
                Output.Answer(json, answer);
                return;
            }

            var end = await MoveWatch.FollowAsync(api, (string)answer["move_id"]!, json, cancellation);
            if (json)
            {
                Output.Json(end);
            }

            if (MoveWatch.StateOf(end) == "rolled_back")
            {
                throw new Fault($"{result.GetValue(which)} lives where it lived: {end["last_error"]}.");
            }
        }));
        return command;
    }

    private static Command Moves()
    {
        var options = new ApiOptions();
        var which = new Argument<string>("tenant") { Description = "Its slug or id" };
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = _ => 20 };
        var command = options.AddTo(new Command("moves", "Lists a tenant's moves, the latest first.") { which, limit });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var api = options.Open(result);
            var page = await api.GetAsync($"/tenants/{await TenantsCommand.FindAsync(api, result.GetValue(which)!)}/moves?limit={result.GetValue(limit)}", cancellation);
            if (options.Json(result))
            {
                Output.Json(page);
                return;
            }

            Output.Table(page["moves"]!.AsArray().Select(move => MoveWatch.Row(move!)), [.. MoveWatch.Columns]);
        }));
        return command;
    }
}
