using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tessera.Files;

namespace Tessera.Imports;

/// <summary>A line of the file that was not taken, and why. Never quotes what it said.</summary>
internal sealed record Reject(int Line, string? Field, string Code, string Reason);

/// <param name="ImportKey">Made at random at the first run; what the control plane knows the import by.</param>
/// <param name="Hash">SHA-256 of the file, which must not change between runs.</param>
internal sealed record JournalHead(string ImportKey, string Hash);

/// <param name="Batch">Which records of the file, counted in batches from 0.</param>
/// <param name="Present">Made by an earlier run that was cut off before it could write that down.</param>
internal sealed record JournalBatch(int Batch, int Made, int Present, IReadOnlyList<Reject> Rejects);

/// <summary>
/// What has become of a file so far, beside it in <c>FILE.import.jsonl</c>: a line for each batch, on the disk before the next
/// is counted, so that a run that is killed is taken up where it was.
/// </summary>
internal sealed class ImportJournal : IDisposable
{
    private readonly FileStream _file;
    private readonly Lock _writing = new();

    private ImportJournal(FileStream file, JournalHead head, Dictionary<int, JournalBatch> done) => (_file, Head, Done) = (file, head, done);

    public JournalHead Head { get; }

    public Dictionary<int, JournalBatch> Done { get; }

    public static ImportJournal Open(CsvTable table)
    {
        var (path, hash) = ($"{table.FilePath}.import.jsonl", table.Hash());
        if (!File.Exists(path))
        {
            var made = new JournalHead(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), hash);
            PrivateFile.Write(path, JsonSerializer.Serialize(made, JournalJson.Default.JournalHead) + "\n");
        }

        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new Fault($"'{path}' is in use: another run is importing this file.");
        }

        try
        {
            return Read(file, path, hash);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Add(JournalBatch batch)
    {
        lock (_writing)
        {
            _file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(batch, JournalJson.Default.JournalBatch) + "\n"));
            _file.Flush(flushToDisk: true);
            Done[batch.Batch] = batch;
        }
    }

    public void Dispose() => _file.Dispose();

    private static ImportJournal Read(FileStream file, string path, string hash)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        // What is behind the last line's end was being written when the run was killed.
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        file.SetLength(end);
        file.Seek(0, SeekOrigin.End);
        try
        {
            var lines = Encoding.UTF8.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var head = JsonSerializer.Deserialize(lines[0], JournalJson.Default.JournalHead)!;
            if (head.Hash != hash)
            {
                throw new Fault($"The file has changed since its import began. Delete '{path}' to begin another import with the file as it is now.");
            }

            var done = lines.Skip(1).Select(line => JsonSerializer.Deserialize(line, JournalJson.Default.JournalBatch)!).ToDictionary(batch => batch.Batch);
            return new ImportJournal(file, head, done);
        }
        catch (Exception e) when (e is JsonException or IndexOutOfRangeException or ArgumentException)
        {
            throw new Fault($"'{path}' is damaged. Delete it to begin another import.");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(JournalHead))]
[JsonSerializable(typeof(JournalBatch))]
internal sealed partial class JournalJson : JsonSerializerContext;
