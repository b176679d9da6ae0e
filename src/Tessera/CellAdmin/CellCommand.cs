using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Commands;
using Tessera.Files;
using Tessera.Operator;

namespace Tessera.CellAdmin;

/// <summary><c>tessera cell invite</c>, <c>open</c> and the rest: what an operator does with one cell.</summary>
internal static class CellCommand
{
    /// <summary>The command that runs a cell has these below it.</summary>
    public static Command AddTo(Command cell)
    {
        cell.Add(Invite());
        cell.Add(Turn("open", "Lets a spare, draining or closed cell take tenants.", "open"));
        cell.Add(Turn("close", "Lets a cell take no more tenants. Those it has stay.", "closed"));
        cell.Add(Turn("spare", "Keeps an empty cell until its region runs out of room.", "spare"));
        cell.Add(Canary());
        cell.Add(DrainCommands.Drain());
        cell.Add(DrainCommands.DeclareLost());
        return cell;
    }

    private static Command Invite()
    {
        var options = new ApiOptions();
        var which = new Argument<string>("cell") { Description = "Its id, such as eu-2" };
        var region = new Option<string>("--region") { Description = "Where it runs, such as eu-central-1", Required = true };
        var backend = new Option<string?>("--backend") { Description = "native, or cognito [native]" };
        var capacity = new Option<int?>("--capacity") { Description = "How many tenants it may house [900]" };
        var spare = new Option<bool>("--spare") { Description = "Waits, once it has joined, until its region runs out of room" };
        var canary = new Option<bool>("--canary") { Description = "Takes tenants that ask for a canary cell, and no others" };
        var residency = new Option<string?>("--residency") { Description = "Where what it keeps lies, such as eu" };
        var tier = new Option<string?>("--tier") { Description = "Takes tenants of this tier alone" };
        var pools = new Option<int?>("--pool-limit") { Description = "How many pools it may have" };
        var token = new Option<string?>("--token-file") { Description = "Where the join token is written, for its owner alone [CELL.join-token]" };
        var command = options.AddTo(new Command("invite", "Registers a cell and writes the single-use token it joins with.")
        {
            which, region, backend, capacity, spare, canary, residency, tier, pools, token,
        });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            var id = result.GetValue(which)!;
            var cell = new JsonObject { ["cell_id"] = id, ["region"] = result.GetValue(region), ["spare"] = result.GetValue(spare), ["canary"] = result.GetValue(canary) };
            foreach (var (name, value) in new (string, JsonNode?)[]
            {
                ("backend", result.GetValue(backend)), ("capacity", result.GetValue(capacity)), ("residency", result.GetValue(residency)),
                ("tier", result.GetValue(tier)), ("pool_limit", result.GetValue(pools)),
            })
            {
                if (value is not null)
                {
                    cell[name] = value;
                }
            }

            var invited = await options.Open(result).PostAsync("/cells", cell, cancellation);
            if ((string?)invited["join_token"] is { } secret)
            {
                var path = result.GetValue(token) ?? $"{id}.join-token";
                PrivateFile.Write(path, Encoding.ASCII.GetBytes(secret));
                invited["join_token"] = null;
                invited["join_token_file"] = path;
            }

            Output.Answer(options.Json(result), invited);
        }));
        return command;
    }

    private static Command Turn(string name, string description, string state)
    {
        var options = new ApiOptions();
        var which = new Argument<string>("cell") { Description = "Its id, such as eu-1" };
        var command = options.AddTo(new Command(name, description) { which });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () => Output.Answer(
            options.Json(result), await options.Open(result).PatchAsync(PathOf(result.GetValue(which)!), new JsonObject { ["state"] = state }, cancellation))));
        return command;
    }

    private static Command Canary()
    {
        var options = new ApiOptions();
        var which = new Argument<string>("cell") { Description = "Its id, such as eu-1" };
        var flag = new Argument<string>("flag") { Description = "on, or off" };
        flag.AcceptOnlyFromAmong("on", "off");
        var command = options.AddTo(new Command("canary", "Makes a cell a canary, which takes tenants that ask for one and no others, or an ordinary one.") { which, flag });
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () => Output.Answer(options.Json(result), await options.Open(result).PatchAsync(
            PathOf(result.GetValue(which)!), new JsonObject { ["canary"] = result.GetValue(flag) == "on" }, cancellation))));
        return command;
    }

    private static string PathOf(string cell) => $"/cells/{Uri.EscapeDataString(cell)}";
}
