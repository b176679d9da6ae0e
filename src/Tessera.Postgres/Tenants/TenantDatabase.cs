using System.Data;
using Npgsql;
using Tessera.Postgres.Rows;

namespace Tessera.Postgres.Tenants;

/// <summary>Plain Npgsql for the current tenant. Made per scope, over a data source that all scopes share.</summary>
public sealed class TenantDatabase(NpgsqlDataSource source, TenantScope scope)
{
    /// <summary>Begins a READ COMMITTED transaction that sees only the current tenant's rows.</summary>
    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    public Task<TenantTransaction> BeginAsync(CancellationToken cancellation = default) =>
        TenantTransaction.BeginAsync(source, scope.Tenant, cancellation);

    /// <summary>Runs one statement in one round trip, in a transaction of its own. The connection goes back to the pool with the reader.</summary>
    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    public async Task<NpgsqlDataReader> ExecuteReaderAsync(NpgsqlBatchCommand statement, CancellationToken cancellation = default)
    {
        var settings = TenantRows.Of(scope.Tenant).Settings;
        var connection = await source.OpenConnectionAsync(cancellation);
        try
        {
            // Error barriers stay off: they would end the transaction, and the tenant with it, before the statement.
            var batch = new NpgsqlBatch(connection) { BatchCommands = { ScopeSql.Apply(settings), statement } };
            var reader = await batch.ExecuteReaderAsync(CommandBehavior.CloseConnection, cancellation);
            await reader.NextResultAsync(cancellation);
            return reader;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one statement in one round trip and reads its rows.</summary>
    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellation = default)
    {
        await using var reader = await ExecuteReaderAsync(statement, cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
