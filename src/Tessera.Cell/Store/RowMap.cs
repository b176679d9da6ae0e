using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Tessera.Cell.Store;

/// <summary>
/// How a row stands in its PostgreSQL table, read off the model, for the few statements written by hand: a column that is
/// added to a row is in them too.
/// </summary>
internal sealed class RowMap<TRow> where TRow : class, new()
{
    private readonly IProperty[] _properties;
    private readonly Action<TRow, NpgsqlDataReader, int> _read;
    private readonly Action<TRow, NpgsqlParameterCollection> _addValues;
    private readonly int _key;

    public RowMap(IModel model)
    {
        var entity = model.FindEntityType(typeof(TRow)) ?? throw new InvalidOperationException($"{typeof(TRow).Name} is not in the model.");
        _properties = [.. entity.GetProperties()];
        Table = entity.GetTableName()!;
        _key = Array.IndexOf(_properties, entity.FindPrimaryKey()!.Properties[^1]);
        _read = CompileRead();
        _addValues = CompileValues();
    }

    public string Table { get; }

    /// <summary>How many columns there are.</summary>
    public int Width => _properties.Length;

    /// <summary>The columns in order, for SELECT and INSERT.</summary>
    public string Columns(string? alias = null) => string.Join(", ", _properties.Select(property => $"{(alias is null ? "" : $"{alias}.")}{property.GetColumnName()}"));

    // Without a length: a cast to one would cut what a plain insert refuses.
    /// <summary>The values of one row as parameters that start at a number, for SELECT.</summary>
    public string Parameters(int first) =>
        string.Join(", ", _properties.Select((property, index) => $"${first + index}::{property.GetColumnType().Split('(')[0]}"));

    /// <summary>The row at the reader, whose first column is at an ordinal; null where an outer join has found none.</summary>
    public TRow? Read(NpgsqlDataReader reader, int first)
    {
        if (reader.IsDBNull(first + _key))
        {
            return null;
        }

        var row = new TRow();
        _read(row, reader, first);
        return row;
    }

    public void AddValues(NpgsqlParameterCollection parameters, TRow row) => _addValues(row, parameters);

    private Action<TRow, NpgsqlDataReader, int> CompileRead()
    {
        var (row, reader, first) = (Expression.Parameter(typeof(TRow)), Expression.Parameter(typeof(NpgsqlDataReader)), Expression.Parameter(typeof(int)));
        var assignments = _properties.Select((property, index) =>
        {
            var ordinal = Expression.Add(first, Expression.Constant(index));
            var value = Expression.Convert(
                Expression.Call(reader, nameof(NpgsqlDataReader.GetFieldValue), [Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType], ordinal), property.ClrType);
            var target = Expression.Property(row, Plain(property));
            return (Expression)Expression.Assign(target, property.IsNullable
                ? Expression.Condition(Expression.Call(reader, nameof(NpgsqlDataReader.IsDBNull), null, ordinal), Expression.Default(property.ClrType), value)
                : value);
        });
        return Expression.Lambda<Action<TRow, NpgsqlDataReader, int>>(Expression.Block(assignments), row, reader, first).Compile();
    }

    private Action<TRow, NpgsqlParameterCollection> CompileValues()
    {
        var (row, parameters) = (Expression.Parameter(typeof(TRow)), Expression.Parameter(typeof(NpgsqlParameterCollection)));
        var adds = _properties.Select(property => (Expression)Expression.Call(
            typeof(SqlValue), nameof(SqlValue.Add), [property.ClrType], parameters, Expression.Property(row, Plain(property))));
        return Expression.Lambda<Action<TRow, NpgsqlParameterCollection>>(Expression.Block(adds), row, parameters).Compile();
    }

    // What hand-written statements know nothing of must not be in the model: shadow columns, converted values.
    private static System.Reflection.PropertyInfo Plain(IProperty property) => property.PropertyInfo is { } info && property.GetValueConverter() is null
        ? info
        : throw new InvalidOperationException($"{typeof(TRow).Name}.{property.Name} has no property of its own, or is converted.");
}

internal static class SqlValue
{
    /// <summary>Adds a positional parameter; null is NULL.</summary>
    public static void Add<T>(NpgsqlParameterCollection parameters, T value) => parameters.Add(
        value is null ? new NpgsqlParameter { Value = DBNull.Value } : new NpgsqlParameter<T> { TypedValue = value });
}
