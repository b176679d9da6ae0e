using Npgsql;
using Tessera.Postgres.Rows;

namespace Tessera.Postgres.Tenants;

/// <summary>Statements of one tenant as one batch: one round trip, one transaction, the tenant first.</summary>
internal static class TenantStatements
{
    public static NpgsqlBatch Batch(NpgsqlConnection connection, RowScope rows, ReadOnlySpan<NpgsqlBatchCommand> statements)
    {
        var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(ScopeSql.Apply(rows.Settings));
        foreach (var statement in statements)
        {
            RefuseErrorBarrier(statement);
            batch.BatchCommands.Add(statement);
        }

        return batch;
    }

    /// <summary>An error barrier ends the transaction, and the tenant with it: what comes after would find no rows and say nothing.</summary>
    internal static void RefuseErrorBarrier(NpgsqlBatchCommand statement)
    {
        if (statement.AppendErrorBarrier is true)
        {
            throw new ArgumentException("A tenant's statements share one transaction and take no error barrier.", nameof(statement));
        }
    }
}
