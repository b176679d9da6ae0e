using System.Security.Cryptography;
using System.Text;

namespace Tessera.Imports;

/// <summary>A CSV file with a header row: its columns checked, its records by column name.</summary>
internal sealed class CsvTable
{
    private readonly string _path;
    private readonly string[] _columns;

    private CsvTable(string path, string[] columns) => (_path, _columns) = (path, columns);

    public string FilePath => _path;

    public IReadOnlyList<string> Columns => _columns;

    /// <exception cref="Fault">It is not there, no UTF-8, has no header, or columns that are not known, doubled or missing.</exception>
    public static CsvTable Open(string path, IReadOnlyCollection<string> known, params IReadOnlyCollection<string> required)
    {
        if (!File.Exists(path))
        {
            throw new Fault($"There is no file '{path}'.");
        }

        using var text = Text(path);
        var header = Guard(path, () => new CsvReader(text).Read().FirstOrDefault())
            ?? throw new Fault($"'{path}' is empty; its first line names the columns.");
        var columns = header.Fault is null ? header.Fields.ToArray() : throw new Fault($"'{path}', line {header.Line}: {header.Fault}");
        foreach (var column in columns.Where(column => !known.Contains(column)))
        {
            throw new Fault($"'{path}' has a column '{column}', which is not known. Known are: {string.Join(", ", known)}.");
        }

        foreach (var twice in columns.GroupBy(column => column).Where(group => group.Count() > 1))
        {
            throw new Fault($"'{path}' has the column '{twice.Key}' twice.");
        }

        foreach (var missing in required.Where(column => !columns.Contains(column)))
        {
            throw new Fault($"'{path}' has no column '{missing}'.");
        }

        return new CsvTable(path, columns);
    }

    /// <summary>The records behind the header, in order, read as they are asked for.</summary>
    public IEnumerable<CsvLine> Lines()
    {
        using var text = Text(_path);
        using var records = new CsvReader(text).Read().GetEnumerator();
        Guard(_path, records.MoveNext);
        while (Guard(_path, records.MoveNext))
        {
            var record = records.Current;
            yield return new CsvLine(record.Line, Fields(record), record.Fault
                ?? (record.Fields.Count == _columns.Length ? null : $"The record has {record.Fields.Count} fields, the header {_columns.Length}."));
        }
    }

    public string Hash()
    {
        using var file = File.OpenRead(_path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private Dictionary<string, string> Fields(CsvRecord record) =>
        record.Fields.Count == _columns.Length
            ? _columns.Zip(record.Fields).Where(pair => pair.Second.Length > 0).ToDictionary(pair => pair.First, pair => pair.Second)
            : [];

    // With a byte order mark or without; bytes that are no UTF-8 are refused and not replaced.
    private static StreamReader Text(string path) => new(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException)
        {
            throw new Fault($"'{path}' is not UTF-8.");
        }
    }
}

/// <param name="Fields">By column; those that are empty are left out.</param>
internal sealed record CsvLine(int Line, IReadOnlyDictionary<string, string> Fields, string? Fault)
{
    public string? this[string column] => Fields.GetValueOrDefault(column);
}
