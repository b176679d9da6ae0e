using System.Text;
using System.Text.Json;

namespace Tessera.Cell.Moves.Rows;

/// <summary>
/// What tells a row from the others of its realm and table: one to three values, of which identifiers, bytes and texts compare
/// byte by byte, in .NET as in both stores.
/// </summary>
internal sealed class RowKey(object[] parts) : IComparable<RowKey>
{
    public object[] Parts { get; } = parts;

    public int CompareTo(RowKey? other)
    {
        if (other is null)
        {
            return 1;
        }

        for (var i = 0; i < Parts.Length; i++)
        {
            var order = Bytes(Parts[i]).AsSpan().SequenceCompareTo(Bytes(other.Parts[i]));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    /// <summary>As it travels: a JSON array.</summary>
    public string Text(IReadOnlyList<TravelColumn> columns)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartArray();
            for (var i = 0; i < Parts.Length; i++)
            {
                columns[i].Write(json, Parts[i]);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads what <see cref="Text"/> wrote; null for anything else.</summary>
    public static RowKey? Read(string text, IReadOnlyList<TravelColumn> columns)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Array || json.RootElement.GetArrayLength() != columns.Count)
            {
                return null;
            }

            var parts = new object[columns.Count];
            for (var i = 0; i < parts.Length; i++)
            {
                if (!columns[i].TryRead(json.RootElement[i], out var part) || part is null)
                {
                    return null;
                }

                parts[i] = part;
            }

            return new RowKey(parts);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null; // the latter for half a surrogate, which is no text
        }
    }

    /// <summary>Reads what the store's triggers wrote (<see cref="Store.LedgerSql"/>).</summary>
    public static RowKey ReadNote(string note, IReadOnlyList<TravelColumn> columns)
    {
        using var json = JsonDocument.Parse(note);
        return new RowKey([.. json.RootElement.EnumerateArray().Select((part, index) => columns[index].OfNote(part.GetString()!))]);
    }

    private static byte[] Bytes(object part) => part switch
    {
        Guid id => id.ToByteArray(bigEndian: true),
        byte[] bytes => bytes,
        string text => Encoding.UTF8.GetBytes(text),
        _ => throw new InvalidOperationException("A key is made of identifiers, bytes and texts."),
    };
}
