using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Tessera.Cell.Moves.Rows;

/// <summary>
/// The rows of a realm between two keys, in the order of bytes on either store. Names of table and columns are the model's own;
/// keys, which come from outside, are parameters.
/// </summary>
internal sealed class KeyRange(string table, IReadOnlyList<IProperty> key)
{
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

        var parameters = with.Parts.Select((_, index) => $"{{{values.Count + index}}}");
        sql.Append(CultureInfo.InvariantCulture, $" AND ({columns}) {how} ({string.Join(", ", parameters)})");
        values.AddRange(with.Parts);
    }
}
