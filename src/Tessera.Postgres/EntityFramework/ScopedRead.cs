using System.Data.Common;
using Npgsql;
using Tessera.Postgres.Rows;

namespace Tessera.Postgres.EntityFramework;

/// <summary>
/// Runs a query as the second half of a batch whose first half applies the settings: one round trip, and outside an
/// explicit transaction one implicit transaction, at whose end the settings are gone whatever became of the query.
/// </summary>
internal static class ScopedRead
{
    public static async Task<DbDataReader> RunAsync(NpgsqlCommand command, IReadOnlyList<RowSetting> settings, CancellationToken cancellation)
    {
        // Error barriers stay off: they would end the implicit transaction, and the settings with it, before the query.
        var batch = new NpgsqlBatch(command.Connection, command.Transaction) { Timeout = command.CommandTimeout };
        batch.BatchCommands.Add(ScopeSql.Apply(settings));
        batch.BatchCommands.Add(Copy(command));
        var reader = await batch.ExecuteReaderAsync(cancellation);
        await SkipSettingsAsync(reader, cancellation);
        return reader;
    }

    /// <summary>Moves past the result of <c>set_config</c>. A reader that fails to move is closed, since nobody else will.</summary>
    public static async Task SkipSettingsAsync(DbDataReader reader, CancellationToken cancellation)
    {
        try
        {
            await reader.NextResultAsync(cancellation);
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    // The original keeps its parameters: EF Core still logs them.
    private static NpgsqlBatchCommand Copy(NpgsqlCommand command)
    {
        var copy = new NpgsqlBatchCommand(command.CommandText);
        foreach (NpgsqlParameter parameter in command.Parameters)
        {
            copy.Parameters.Add(parameter.Clone());
        }

        return copy;
    }
}
