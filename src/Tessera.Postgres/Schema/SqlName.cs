namespace Tessera.Postgres.Schema;

/// <summary>Names and texts as they stand in DDL.</summary>
internal static class SqlName
{
    /// <summary>A column, policy or procedure, quoted.</summary>
    public static string Quote(string name) => name.Length > 0
        ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : throw new ArgumentException("A name is empty.", nameof(name));

    /// <summary>A table or procedure, with or without its schema: <c>orders</c>, <c>shop.orders</c>.</summary>
    public static string QuoteQualified(string name) => string.Join('.', name.Split('.', 2).Select(Quote));

    /// <summary>A text literal.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
