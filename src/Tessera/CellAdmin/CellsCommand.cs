using System.CommandLine;
using System.Text.Json.Nodes;
using Tessera.Commands;
using Tessera.Operator;

namespace Tessera.CellAdmin;

/// <summary><c>tessera cells</c>: the cells there are and how many tenants each may house.</summary>
internal static class CellsCommand
{
    public static Command Build() => new("cells", "Lists cells and sets their capacity.") { List(), Show(), SetCapacity() };

    private static Command List()
    {
        var options = new ApiOptions();
        var command = options.AddTo(new Command("list", "Lists the cells and how full they are."));
        command.SetAction((result, _) => Guarded.RunAsync(async () =>
        {
            var cells = await options.Open(result).GetAsync("/cells", CancellationToken.None);
            if (options.Json(result))
            {
                Output.Json(cells);
            }
            else
            {
                Output.Table(cells["cells"]!.AsArray(), "cell_id", "region", "state", "tenants", "capacity", "endpoint");
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
            Answer(options.Json(result), cells.FirstOrDefault(cell => (string?)cell!["cell_id"] == result.GetValue(which))
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
        command.SetAction((result, _) => Guarded.RunAsync(async () => Answer(options.Json(result), await options.Open(result).PatchAsync(
            $"/cells/{Uri.EscapeDataString(result.GetValue(which)!)}", new JsonObject { ["capacity"] = result.GetValue(capacity) }, CancellationToken.None))));
        return command;
    }

    private static void Answer(bool json, JsonNode cell)
    {
        if (json)
        {
            Output.Json(cell);
        }
        else
        {
            Output.Card(cell);
        }
    }
}
