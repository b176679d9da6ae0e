using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Spectre.Console.Rendering;
using Tessera.Up;

namespace Tessera.Moves;

/// <summary>Follows a move: a picture of its states on a terminal, a line on standard error for each elsewhere.</summary>
internal static class MoveWatch
{
    public static readonly string[] Columns = ["move", "from", "to", "state", "rows", "bytes", "pause", "began", "why"];

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private static readonly (string State, string Says)[] Way =
    [
        ("planned", "the target gets ready"),
        ("copying", "rows travel while the tenant works"),
        ("fencing", "the source takes no more writes"),
        ("fenced", "what still differs travels"),
        ("verified", "both sides have the same"),
        ("cutover", "the target begins"),
        ("announced", "everyone is told"),
        ("purging", "the source points to the target"),
    ];

    // It lives where it is to live, or where it has lived; what is left to do concerns nobody who waits.
    private static readonly string[] Ends = ["purging", "purged", "rolled_back"];

    /// <summary>The move as it is once it is through or rolled back.</summary>
    public static async Task<JsonNode> FollowAsync(AdminApi api, string move, bool json, CancellationToken cancellation)
    {
        Task<JsonNode> Look() => api.GetAsync($"/moves/{Uri.EscapeDataString(move)}", cancellation);
        if (json || Console.IsOutputRedirected)
        {
            return await UntilEndAsync(Look, new Lines().Tell, cancellation);
        }

        var first = await Look();
        var end = first;
        await AnsiConsole.Live(Picture(first)).StartAsync(async live => end = await UntilEndAsync(Look, seen =>
        {
            live.UpdateTarget(Picture(seen));
            live.Refresh();
        }, cancellation));
        return end;
    }

    public static string StateOf(JsonNode move) => (string)move["state"]!;

    /// <summary>A move as a line of a list.</summary>
    public static JsonNode Row(JsonNode move) => new JsonObject
    {
        ["move"] = (string?)move["move_id"],
        ["from"] = Place(move["from"]!),
        ["to"] = Place(move["to"]!),
        ["state"] = StateOf(move),
        ["rows"] = (long)move["progress"]!["rows"]!,
        ["bytes"] = Size((long)move["progress"]!["bytes"]!),
        ["pause"] = Pause(move),
        ["began"] = ((DateTimeOffset)move["created_at"]!).ToString("u", CultureInfo.InvariantCulture),
        ["why"] = StateOf(move) == "rolled_back" ? (string?)move["last_error"] : null,
    };

    private static async Task<JsonNode> UntilEndAsync(Func<Task<JsonNode>> look, Action<JsonNode> tell, CancellationToken cancellation)
    {
        while (true)
        {
            var seen = await look();
            tell(seen);
            if (Ends.Contains(StateOf(seen)))
            {
                return seen;
            }

            await Task.Delay(Every, cancellation);
        }
    }

    private static Rows Picture(JsonNode move)
    {
        var at = Array.FindIndex(Way, step => step.State == StateOf(move));
        var table = new Table().AddColumns("", "state", "").HideHeaders().NoBorder();
        for (var i = 0; i < Way.Length; i++)
        {
            var mark = StateOf(move) == "purged" || i < at ? "[green]✓[/]" : i == at ? "[yellow]●[/]" : "[grey]·[/]";
            table.AddRow(mark, Way[i].State, $"[grey]{Way[i].Says}[/]");
        }

        return new Rows(new IRenderable[] { new Markup($"{Place(move["from"]!)} → {Place(move["to"]!)}".EscapeMarkup()), table, new Markup(Summary(move).EscapeMarkup()) });
    }

    private static string Summary(JsonNode move)
    {
        var progress = move["progress"]!;
        var text = $"{progress["tables_done"]} of {progress["tables"]} tables, {progress["rows"]} rows, {Size((long)progress["bytes"]!)}, pause {Pause(move) ?? "none yet"}";
        return (string?)move["last_error"] is { } error ? $"{text}; {StateOf(move)}: {error}" : text;
    }

    private static string Place(JsonNode place) => $"{place["cell"]} ({place["pattern"]})";

    private static string? Pause(JsonNode move) => move["pause_ms"] is { } pause ? $"{pause} ms" : null;

    private static string Size(long bytes) => bytes < 10_000 ? $"{bytes} B" : $"{bytes / 1000.0:F0} kB";

    private sealed class Lines
    {
        private string? _last;

        public void Tell(JsonNode move)
        {
            var line = $"{StateOf(move)}: {Summary(move)}";
            if (line != _last)
            {
                Console.Error.WriteLine(_last = line);
            }
        }
    }
}
