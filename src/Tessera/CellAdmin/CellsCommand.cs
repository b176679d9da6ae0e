using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Commands;
using Tessera.Operator;

namespace Tessera.CellAdmin;

/// <summary><c>tessera cells</c>: the cells there are, how full they are and when each region runs out of room.</summary>
internal static class CellsCommand
{
    public static Command Build()
    {
        var command = List("cells", "Lists the cells, how full they are and when each region runs out of room.");
        command.Add(List("list", "Does the same."));
        command.Add(Show());
        command.Add(SetCapacity());
        command.Add(Recount());
        return command;
    }

    private static Command List(string name, string description)
    {
        var options = new ApiOptions();
        var command = options.AddTo(new Command(name, description));
        command.SetAction((result, _) => Guarded.RunAsync(async () =>
        {
            var cells = await options.Open(result).GetAsync("/cells", CancellationToken.None);
            if (options.Json(result))
            {
                Output.Json(cells);
            }
            else
            {
                Occupancy.Write(cells);
            }
        }));
        return command;
    }

    private static Command Show()
    {
        var options = new ApiOptions();
        var which = new Argument<string>("cell") { Description = "Its id, such as eu-1" };
        var command = options.AddTo(new Command("show", "Shows one cell.") { which });
        command.SetAction((result, _) => Guarded.RunAsync(async () =>
        {
            var cells = (await options.Open(result).GetAsync("/cells", CancellationToken.None))["cells"]!.AsArray();
            Output.Answer(options.Json(result), cells.FirstOrDefault(cell => (string?)cell!["cell_id"] == result.GetValue(which))
                ?? throw new Fault($"There is no cell '{result.GetValue(which)}'."));
        }));
        return command;
    }

    private static Command SetCapacity()
    {
        var options = new ApiOptions();
        var which = new Argument<string>("cell") { Description = "Its id, such as eu-1" };
        var capacity = new Argument<int>("tenants") { Description = "How many it may house; those it has beyond that stay" };
        var command = options.AddTo(new Command("set-capacity", "Sets how many tenants a cell may house.") { which, capacity });
        command.SetAction((result, _) => Guarded.RunAsync(async () => Output.Answer(options.Json(result), await options.Open(result).PatchAsync(
            $"/cells/{Uri.EscapeDataString(result.GetValue(which)!)}", new JsonObject { ["capacity"] = result.GetValue(capacity) }, CancellationToken.None))));
        return command;
    }

    private static Command Recount()
    {
        var options = new ApiOptions();
        var command = options.AddTo(new Command("recount", "Counts every cell's tenants and corrects what its counter says."));
        command.SetAction((result, _) => Guarded.RunAsync(async () => Output.Answer(
            options.Json(result), await options.Open(result).PostAsync("/cells/recount", [], CancellationToken.None))));
        return command;
    }
}
