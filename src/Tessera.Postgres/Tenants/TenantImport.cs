using Npgsql;
using Tessera.Postgres.Schema;

namespace Tessera.Postgres.Tenants;

/// <summary>COPY into a row-secured table, by way of a temporary one that ends with the transaction.</summary>
internal static class TenantImport
{
    private const string Stage = "pg_temp.tessera_import";

    public static async Task<int> RunAsync(
        NpgsqlConnection connection, string table, IReadOnlyList<string> columns, Func<NpgsqlBinaryImporter, Task> write, CancellationToken cancellation)
    {
        var (name, list) = (SqlName.QuoteQualified(table), string.Join(", ", columns.Select(SqlName.Quote)));
        await RunAsync(connection, $"CREATE TEMPORARY TABLE tessera_import ON COMMIT DROP AS SELECT {list} FROM {name} WITH NO DATA", cancellation);
        await using (var importer = await connection.BeginBinaryImportAsync($"COPY {Stage} ({list}) FROM STDIN (FORMAT BINARY)", cancellation))
        {
            await write(importer);
            await importer.CompleteAsync(cancellation);
        }

        var rows = await RunAsync(connection, $"INSERT INTO {name} ({list}) SELECT {list} FROM {Stage}", cancellation);
        await RunAsync(connection, $"DROP TABLE {Stage}", cancellation);
        return rows;
    }

    private static async Task<int> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
