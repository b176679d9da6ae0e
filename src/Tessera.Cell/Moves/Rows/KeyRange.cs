using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Tessera.Cell.Moves.Rows;

/// <summary>
/// The rows of a realm between two keys, in the order of bytes on either store. Names of table and columns are the model's own;
/// keys, which come from outside, are parameters.
/// </summary>
internal sealed class KeyRange(string table, IReadOnlyList<IProperty> key)
{
    /// <summary>The rows of these keys: one statement for however many, so that it is made and planned once.</summary>
    public IQueryable<TRow> Of<TRow>(Travel travel, IEnumerable<RowKey> keys) where TRow : class
    {
        var parts = key.Select((property, index) => travel.Db.Database.IsSqlite() ? OnSqlite(property, index) : OnPostgres(property, index));
        var told = travel.Db.Database.IsSqlite() ? "json_each({1}) AS told" : "jsonb_array_elements({1}::jsonb) AS told (value)";
        var columns = string.Join(", ", key.Select(property => property.GetColumnName()));
        var sql = $"SELECT * FROM {table} WHERE realm_id = {{0}} AND ({columns}) IN (SELECT {string.Join(", ", parts)} FROM {told})";
        return travel.Db.Set<TRow>().FromSqlRaw(sql, travel.Realm.Value, Told(keys));
    }

    private static string OnPostgres(IProperty property, int index) =>
        property.ClrType == typeof(Guid) ? $"(told.value ->> {index})::uuid"
        : property.ClrType == typeof(byte[]) ? $"decode(told.value ->> {index}, 'hex')"
        : $"told.value ->> {index}";

    private static string OnSqlite(IProperty property, int index) =>
        property.ClrType == typeof(byte[]) ? $"unhex(json_extract(told.value, '$[{index}]'))" : $"json_extract(told.value, '$[{index}]')";

    // In capitals, as SQLite has identifiers.
    private static string Told(IEnumerable<RowKey> keys) => JsonSerializer.Serialize(keys.Select(row => row.Parts.Select(part => part switch
    {
        Guid id => id.ToString("D").ToUpperInvariant(),
        byte[] bytes => Convert.ToHexString(bytes),
        _ => (string)part,
    })));

    public IQueryable<TRow> Of<TRow>(Travel travel, RowKey? after, RowKey? upTo, int? most) where TRow : class
    {
        var collation = travel.Db.Database.IsSqlite() ? "" : " COLLATE \"C\"";
        var columns = string.Join(", ", key.Select(property => property.GetColumnName() + (property.ClrType == typeof(string) ? collation : "")));
        List<object> values = [travel.Realm.Value];
        var sql = new StringBuilder($"SELECT * FROM {table} WHERE realm_id = {{0}}");
        Compare(sql, columns, ">", after, values);
        Compare(sql, columns, "<=", upTo, values);
        if (most is { } rows)
        {
            sql.Append(CultureInfo.InvariantCulture, $" ORDER BY {columns} LIMIT {rows}");
        }

        return travel.Db.Set<TRow>().FromSqlRaw(sql.ToString(), [.. values]);
    }

    private static void Compare(StringBuilder sql, string columns, string how, RowKey? with, List<object> values)
    {
        if (with is null)
        {
            return;
        }

        sql.Append(CultureInfo.InvariantCulture, $" AND ({columns}) {how} ({Parameters(with, values)})");
    }

    private static string Parameters(RowKey key, List<object> values)
    {
        var first = values.Count;
        values.AddRange(key.Parts);
        return string.Join(", ", key.Parts.Select((_, index) => $"{{{first + index}}}"));
    }
}
