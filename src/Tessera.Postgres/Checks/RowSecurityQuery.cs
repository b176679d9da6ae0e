using Npgsql;

namespace Tessera.Postgres.Checks;

/// <summary>Asks the catalog a list of rules in one round trip. Needs no rights beyond a connection.</summary>
internal static class RowSecurityQuery
{
    private const string OwnRoles = "SELECT ARRAY[current_user::text, session_user::text]";

    /// <param name="roles">The roles looked at; null for those of the connection.</param>
    /// <param name="tables">The tables that are known to hold tenants' rows; null where nobody keeps a list.</param>
    public static async Task<IReadOnlyList<RowSecurityFault>> FindAsync(
        NpgsqlConnection connection, IReadOnlyList<RowSecurityRule> rules, IReadOnlyCollection<string> columns,
        IReadOnlyCollection<string>? roles, IReadOnlyCollection<string>? tables, CancellationToken cancellation)
    {
        roles ??= await OwnRolesAsync(connection, cancellation);
        await using var batch = connection.CreateBatch();
        foreach (var rule in rules)
        {
            // Every rule has all parameters, used or not, so that all are bound alike.
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT f.* FROM ({rule.Finding}) f WHERE $1::text[] IS NOT NULL AND $2::text[] IS NOT NULL AND ($3::text[] IS NULL OR true) ORDER BY 1")
            {
                Parameters =
                {
                    new NpgsqlParameter<string[]> { TypedValue = [.. columns] },
                    new NpgsqlParameter<string[]> { TypedValue = [.. roles] },
                    tables is null ? new NpgsqlParameter { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text }
                        : new NpgsqlParameter<string[]> { TypedValue = [.. tables] },
                },
            });
        }

        var faults = new List<RowSecurityFault>();
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        foreach (var rule in rules)
        {
            while (await reader.ReadAsync(cancellation))
            {
                faults.Add(rule.Fault([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]));
            }

            await reader.NextResultAsync(cancellation);
        }

        return faults;
    }

    private static async Task<string[]> OwnRolesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(OwnRoles, connection);
        return (string[])(await command.ExecuteScalarAsync(cancellation))!;
    }
}
