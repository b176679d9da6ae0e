using System.Data;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Tessera.Postgres.Tenants;

/// <summary>
/// Plain Npgsql for the current tenant. Made per scope, over a data source that all scopes share. Every method throws
/// <see cref="TenantNotSetException"/> where the scope has no tenant.
/// </summary>
public sealed class TenantDatabase(NpgsqlDataSource source, TenantScope scope)
{
    /// <summary>Begins a READ COMMITTED transaction that sees only the current tenant's rows.</summary>
    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    public Task<TenantTransaction> BeginAsync(CancellationToken cancellation = default) => BeginAsync(IsolationLevel.ReadCommitted, cancellation);

    /// <summary>Begins a transaction of the given level that sees only the current tenant's rows.</summary>
    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    public Task<TenantTransaction> BeginAsync(IsolationLevel isolation, CancellationToken cancellation = default) =>
        TenantTransaction.BeginAsync(source, scope, isolation, cancellation);

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction and commits it. Where the database has surely undone it (a serialization
    /// failure, a deadlock, a connection lost before COMMIT was sent) it is run again, four times in all, after 10 to 80 ms;
    /// it must therefore do nothing that cannot be done twice but through the transaction.
    /// </summary>
    /// <exception cref="CommitUnknownException">The connection was lost while COMMIT was under way. It is not run again.</exception>
    public Task<T> InTransactionAsync<T>(Func<TenantTransaction, Task<T>> work, CancellationToken cancellation = default) =>
        InTransactionAsync(IsolationLevel.ReadCommitted, work, cancellation);

    /// <summary>The same at the given level; SERIALIZABLE is where running again matters most.</summary>
    /// <exception cref="CommitUnknownException">The connection was lost while COMMIT was under way. It is not run again.</exception>
    public Task<T> InTransactionAsync<T>(IsolationLevel isolation, Func<TenantTransaction, Task<T>> work, CancellationToken cancellation = default) =>
        TransactionRetry.RunAsync(
            async () =>
            {
                await using var transaction = await BeginAsync(isolation, cancellation);
                var result = await work(transaction);
                await transaction.CommitAsync(cancellation);
                return result;
            },
            cancellation);

    /// <summary>Runs one statement in one round trip, in a transaction of its own. The connection goes back to the pool with the reader.</summary>
    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    public Task<NpgsqlDataReader> ExecuteReaderAsync(NpgsqlBatchCommand statement, CancellationToken cancellation = default) =>
        ExecuteBatchReaderAsync([statement], cancellation);

    /// <summary>Runs several statements in one round trip and one transaction: all of them or none. The reader stands at the first result.</summary>
    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    /// <exception cref="ArgumentException">A statement asks for an error barrier.</exception>
    public async Task<NpgsqlDataReader> ExecuteBatchReaderAsync(NpgsqlBatchCommand[] statements, CancellationToken cancellation = default)
    {
        var rows = scope.Rows;
        var connection = await source.OpenConnectionAsync(cancellation);
        try
        {
            var batch = TenantStatements.Batch(connection, rows, statements);
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

    /// <summary>
    /// Runs one statement and hands its rows on as they come; a connection is held until the enumeration ends. To end a long
    /// one early, cancel: leaving the loop reads what the server still sends.
    /// </summary>
    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var reader = await ExecuteReaderAsync(statement, cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            yield return read(reader);
        }
    }

    /// <summary>Runs one statement in one round trip; how many rows it inserted, updated or deleted.</summary>
    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    public Task<int> ExecuteAsync(NpgsqlBatchCommand statement, CancellationToken cancellation = default) => ExecuteBatchAsync([statement], cancellation);

    /// <summary>Runs several statements in one round trip and one transaction: all of them or none; how many rows they changed together.</summary>
    /// <exception cref="TenantNotSetException">The scope has no tenant.</exception>
    /// <exception cref="ArgumentException">A statement asks for an error barrier.</exception>
    public async Task<int> ExecuteBatchAsync(NpgsqlBatchCommand[] statements, CancellationToken cancellation = default)
    {
        var rows = scope.Rows;
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var batch = TenantStatements.Batch(connection, rows, statements);
        return Math.Max(0, await batch.ExecuteNonQueryAsync(cancellation));
    }
}
