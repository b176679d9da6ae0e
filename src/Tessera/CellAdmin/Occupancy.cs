using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Tessera.Operator;

namespace Tessera.CellAdmin;

/// <summary>Cells and regions for people: bars, states, and when the room is gone.</summary>
internal static class Occupancy
{
    private const int Width = 20;

    public static void Write(JsonNode cells)
    {
        var table = Output.NewTable("cell", "region", "state", "occupancy", "tenants", "capacity", "canary", "tier", "residency");
        foreach (var cell in cells["cells"]!.AsArray().OfType<JsonNode>())
        {
            var (tenants, capacity) = ((int)cell["tenants"]!, (int)cell["capacity"]!);
            table.AddRow(Texts(
                cell["cell_id"], cell["region"], cell["state"], Bar(tenants, capacity), tenants, capacity, (bool)cell["canary"]! ? "canary" : "", cell["tier"], cell["residency"]));
        }

        AnsiConsole.Write(table);
        var regions = Output.NewTable("region", "cells", "spare", "occupancy", "room", "a day", "runs out");
        foreach (var region in cells["regions"]!.AsArray().OfType<JsonNode>())
        {
            regions.AddRow(Texts(
                region["region"], region["cells"], region["spare_cells"], Bar((int)region["tenants"]!, (int)region["capacity"]!),
                region["room"], region["per_day"], RunsOut(region)));
        }

        AnsiConsole.Write(regions);
    }

    /// <summary>Twenty blocks and the share in per cent; more than all of it is drawn as all.</summary>
    public static string Bar(int tenants, int capacity)
    {
        var share = capacity == 0 ? 1 : (double)tenants / capacity;
        var blocks = (int)Math.Clamp(Math.Floor(share * Width), tenants > 0 ? 1 : 0, Width);
        return string.Create(CultureInfo.InvariantCulture, $"{new string('█', blocks)}{new string('░', Width - blocks)} {share * 100,3:F0} %");
    }

    private static string RunsOut(JsonNode region) => (int)region["room"]! == 0 ? "now"
        : (string?)region["runs_out_at"] is { } at ? DateTimeOffset.Parse(at, CultureInfo.InvariantCulture).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : "not in sight";

    private static string[] Texts(params JsonNode?[] values) => [.. values.Select(value => Markup.Escape(value?.ToString() ?? ""))];
}
