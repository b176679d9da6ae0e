using System.Text.Json;

namespace Tessera.Cell.Moves.Rows;

/// <summary>A table whose rows move with their realm.</summary>
internal abstract class TravelTable
{
    /// <summary>About how much one page holds.</summary>
    public const int PageBytes = 1 << 20;

    public abstract string Name { get; }

    /// <summary>In the order in which a row's values travel. The realm is not among them: it is the reader's own.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>Whether the text is a key of this table.</summary>
    public abstract bool IsKey(string text);

    /// <summary>The key in a note of the store's, as keys travel.</summary>
    public abstract string KeyOfNote(string note);

    /// <summary>Those of the rows that are there.</summary>
    public abstract Task<List<RowText>> ReadAsync(Travel travel, IReadOnlyList<string> keys, CancellationToken cancellation);

    /// <summary>As many rows as make a page, and up to where they go.</summary>
    public abstract Task<(List<RowText> Rows, string? UpTo)> ReadAsync(Travel travel, RowsRange range, CancellationToken cancellation);

    /// <summary>Makes the range hold these rows and no others; what is wrong with them, or null. Saves within the transaction in hand.</summary>
    public abstract Task<string?> WriteAsync(Travel travel, RowsRange range, IReadOnlyList<JsonElement> rows, CancellationToken cancellation);

    /// <summary>Sets the row's values, if each is one of its column and there are no others.</summary>
    protected static bool TryRead(JsonElement values, IReadOnlyList<TravelColumn> columns, object row)
    {
        if (values.ValueKind != JsonValueKind.Array || values.GetArrayLength() != columns.Count)
        {
            return false;
        }

        for (var i = 0; i < columns.Count; i++)
        {
            if (!columns[i].TryRead(values[i], out var value))
            {
                return false;
            }

            columns[i].Set(row, value);
        }

        return true;
    }

    /// <summary>The values of a row as they travel.</summary>
    protected static byte[] Values(object row, IReadOnlyList<TravelColumn> columns)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            foreach (var column in columns)
            {
                column.Write(json, column.Get(row));
            }

            json.WriteEndArray();
        }

        return stream.ToArray();
    }
}
