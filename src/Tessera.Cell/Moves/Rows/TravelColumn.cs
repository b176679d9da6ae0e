using System.Reflection;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Tessera.Contracts.Keys;

namespace Tessera.Cell.Moves.Rows;

/// <summary>One column of a travelling table, as the model has it: its name, its kind, how long it may be.</summary>
internal sealed class TravelColumn
{
    private const int MostText = 512 * 1024; // of columns the model gives no length

    // An instant travels in microseconds since 1970, which is what PostgreSQL keeps.
    private static readonly long Microsecond = TimeSpan.TicksPerMicrosecond;
    private readonly PropertyInfo _property;
    private readonly Type _kind;
    private readonly bool _nullable;
    private readonly int _most;

    public TravelColumn(IProperty property)
    {
        Name = property.GetColumnName();
        _property = property.PropertyInfo ?? throw new InvalidOperationException($"Column {Name} has no property of its own.");
        _kind = Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType;
        _nullable = property.IsNullable;
        _most = property.GetMaxLength() ?? MostText;
    }

    public string Name { get; }

    public object? Get(object row) => _property.GetValue(row);

    public void Set(object row, object? value) => _property.SetValue(row, value);

    public void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case string text: json.WriteStringValue(text); break;
            case Guid id: json.WriteStringValue(id); break;
            case bool yes: json.WriteBooleanValue(yes); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case byte[] bytes: json.WriteStringValue(System.Buffers.Text.Base64Url.EncodeToString(bytes)); break;
            case DateTimeOffset instant: json.WriteNumberValue(Since1970(instant.UtcTicks)); break;
            case DateTime instant: json.WriteNumberValue(Since1970(instant.Ticks)); break; // in UTC, whatever a store says of its kind
            default: throw new InvalidOperationException($"Column {Name} is of a kind that does not travel.");
        }
    }

    /// <summary>The value, if it is one of this column: of its kind, not too long, and such as either store keeps.</summary>
    public bool TryRead(JsonElement json, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
        {
            return _nullable;
        }

        value = ReadKind(json);
        return value is not null && IsNotTooLong(value) && HasNoNul(value);
    }

    /// <summary>The value of a key as the store's triggers write it.</summary>
    public object OfNote(string text) =>
        _kind == typeof(string) ? text
        : _kind == typeof(Guid) ? Guid.Parse(text)
        : _kind == typeof(byte[]) && text.StartsWith("\\x", StringComparison.Ordinal) ? Convert.FromHexString(text.AsSpan(2))
        : throw new InvalidOperationException($"Column {Name} is of a kind that is no key.");

    private object? ReadKind(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => ReadText(json),
        JsonValueKind.True or JsonValueKind.False => _kind == typeof(bool) ? json.GetBoolean() : null,
        JsonValueKind.Number when _kind == typeof(int) => json.TryGetInt32(out var number) ? number : null,
        JsonValueKind.Number when json.TryGetInt64(out var number) => _kind == typeof(long) ? number : ReadInstant(number),
        _ => null,
    };

    private object? ReadText(JsonElement json)
    {
        string text;
        try
        {
            text = json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate
        }

        return _kind == typeof(string) ? text
            : _kind == typeof(Guid) ? Guid.TryParseExact(text, "D", out var id) ? id : null
            : _kind == typeof(byte[]) ? StrictBase64Url.Decode(text)
            : null;
    }

    private object? ReadInstant(long microseconds)
    {
        if (microseconds < Since1970(DateTime.MinValue.Ticks) || microseconds > Since1970(DateTime.MaxValue.Ticks))
        {
            return null;
        }

        var instant = new DateTime(DateTime.UnixEpoch.Ticks + microseconds * Microsecond, DateTimeKind.Utc);
        return _kind == typeof(DateTimeOffset) ? new DateTimeOffset(instant) : _kind == typeof(DateTime) ? instant : null;
    }

    private bool IsNotTooLong(object value) => value switch
    {
        string text => text.Length <= _most,
        byte[] bytes => bytes.Length <= _most,
        _ => true,
    };

    // SQLite keeps it and PostgreSQL does not.
    private static bool HasNoNul(object value) => value is not string text || !text.Contains('\0', StringComparison.Ordinal);

    private static long Since1970(long ticks) => ticks / Microsecond - DateTime.UnixEpoch.Ticks / Microsecond;
}
