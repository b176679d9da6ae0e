using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tessera.Files;
using Tessera.Up;

namespace Tessera.Imports;

/// <param name="Made">By this run or an earlier one.</param>
/// <param name="Present">Found made by a run that was cut off.</param>
internal sealed record ImportSummary(string File, int Lines, int Made, int Present, int Rejected, string? RejectsFile, double Seconds)
{
    public JsonObject ToJson() => new()
    {
        ["file"] = File, ["lines"] = Lines, ["made"] = Made, ["present"] = Present, ["rejected"] = Rejected, ["rejects_file"] = RejectsFile, ["seconds"] = Math.Round(Seconds, 1),
    };
}

/// <summary>Imports one file: batch after batch, a few at a time, each written into the journal once it is answered.</summary>
internal sealed class ImportRun(AdminApi api, CsvTable table, ImportKind kind, int total)
{
    private const int AtOnce = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // Nothing was done for these, or it is being done; the same call succeeds later.
    private static readonly HashSet<string> Later = ["import_pending", "cell_unreachable", "making_expired", "password_workers_busy"];

    public async Task<ImportSummary> RunAsync(Action<int> advance, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        using var journal = ImportJournal.Open(table);
        var batches = Seen(table.Lines()).Chunk(kind.BatchSize).Index();
        await Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (batch, token) =>
        {
            if (!journal.Done.ContainsKey(batch.Index))
            {
                journal.Add(await SendAsync(journal.Head.ImportKey, batch.Index, batch.Item, token));
            }

            advance(batch.Item.Length);
        });
        var done = journal.Done.Values;
        var rejects = done.SelectMany(batch => batch.Rejects).OrderBy(reject => reject.Line).ToList();
        return new ImportSummary(
            table.FilePath, total, done.Sum(batch => batch.Made), done.Sum(batch => batch.Present), rejects.Count, WriteRejects(rejects), watch.Elapsed.TotalSeconds);
    }

    // Twice in one file is a mistake; to the control plane the second would be what this import has made already.
    private IEnumerable<(CsvLine Line, Reject? Reject)> Seen(IEnumerable<CsvLine> lines)
    {
        var seen = new HashSet<UInt128>();
        foreach (var line in lines)
        {
            yield return line.Fault is { } fault ? (line, new Reject(line.Line, null, "csv_malformed", fault))
                : seen.Add(BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(kind.Identity(line))))) ? (line, null)
                : (line, new Reject(line.Line, kind.IdentityColumn, kind.TwiceCode, "An earlier line of the file has the same."));
        }
    }

    private async Task<JournalBatch> SendAsync(string key, int batch, (CsvLine Line, Reject? Reject)[] lines, CancellationToken cancellation)
    {
        var rejects = lines.Select(line => line.Reject).OfType<Reject>().ToList();
        var open = lines.Where(line => line.Reject is null).Select(line => line.Line).ToList();
        var (made, present) = (0, 0);
        for (var waited = Stopwatch.StartNew(); open.Count > 0;)
        {
            var results = await AskAsync(key, open, waited, cancellation);
            var again = new List<CsvLine>();
            foreach (var (line, result) in open.Zip(results))
            {
                switch ((string?)result!["outcome"], (string?)result["code"])
                {
                    case ("made", _):
                        made++;
                        break;
                    case ("present", _):
                        present++;
                        break;
                    case (_, { } code) when Later.Contains(code) && waited.Elapsed < Patience:
                        again.Add(line);
                        break;
                    case (_, var code):
                        rejects.Add(new Reject(line.Line, (string?)result["field"] is { } field ? kind.ColumnOf(field) : null, code ?? "", (string?)result["detail"] ?? ""));
                        break;
                }
            }

            open = again;
            if (open.Count > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            }
        }

        return new JournalBatch(batch, made, present, [.. rejects.OrderBy(reject => reject.Line)]);
    }

    private async Task<JsonArray> AskAsync(string key, List<CsvLine> lines, Stopwatch waited, CancellationToken cancellation)
    {
        while (true)
        {
            var body = new JsonObject { ["import_key"] = key, [kind.Member] = new JsonArray([.. lines.Select(kind.Entry)]) };
            try
            {
                var results = (await api.PostAsync(kind.Path, body, cancellation))["results"]!.AsArray();
                return results.Count == lines.Count ? results : throw new Fault("The control plane did not answer for every line.");
            }
            catch (Exception e) when (waited.Elapsed < Patience && e is HttpRequestException or TaskCanceledException or AdminApiFault { Status: >= HttpStatusCode.InternalServerError })
            {
                // The control plane is away or has been restarted; to ask again does nothing twice.
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            }
        }
    }

    private string? WriteRejects(List<Reject> rejects)
    {
        var path = $"{table.FilePath}.rejects.csv";
        if (rejects.Count == 0)
        {
            File.Delete(path);
            return null;
        }

        var text = new StringBuilder("line,field,code,reason\r\n");
        foreach (var reject in rejects)
        {
            text.Append(CultureInfo.InvariantCulture, $"{reject.Line},{CsvText.Field(reject.Field ?? "")},{CsvText.Field(reject.Code)},{CsvText.Field(reject.Reason)}\r\n");
        }

        PrivateFile.Write(path, text.ToString());
        return path;
    }
}

internal static class CsvText
{
    /// <summary>A value as a field, quoted where it must be.</summary>
    public static string Field(string value) =>
        value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
