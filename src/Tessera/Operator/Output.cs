using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Tessera.Operator;

/// <summary>How commands answer: one JSON document, or a table for people.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Json(JsonNode document) => Console.Out.WriteLine(document.ToJsonString(Indented));

    /// <summary>One thing: as JSON, or as a card.</summary>
    public static void Answer(bool json, JsonNode thing)
    {
        if (json)
        {
            Json(thing);
        }
        else
        {
            Card(thing);
        }
    }

    /// <summary>The members of an object, one a row.</summary>
    public static void Card(JsonNode card)
    {
        var table = NewTable("what", "value");
        foreach (var (name, value) in card.AsObject())
        {
            table.AddRow(Markup.Escape(name.Replace('_', ' ')), Markup.Escape(Text(value)));
        }

        AnsiConsole.Write(table);
    }

    public static void Table(IEnumerable<JsonNode?> rows, params string[] columns)
    {
        var table = NewTable(columns);
        foreach (var row in rows)
        {
            table.AddRow([.. columns.Select(column => Markup.Escape(Text(row?[column])))]);
        }

        AnsiConsole.Write(table);
    }

    public static Table NewTable(params string[] columns)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 200;
        }

        return new Table().AddColumns(columns);
    }

    private static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonArray list => string.Join(", ", list.Select(Text)),
        JsonObject parts => string.Join(", ", parts.Select(part => $"{part.Key.Replace('_', ' ')} {Text(part.Value)}")),
        _ => value.ToString(),
    };
}
