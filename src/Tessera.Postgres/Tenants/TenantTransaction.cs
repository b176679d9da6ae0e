using System.Data;
using Npgsql;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Rows;
using Tessera.Postgres.Schema;

namespace Tessera.Postgres.Tenants;

/// <summary>
/// A transaction of one tenant. The tenant is in force until the transaction ends, however it ends; disposing it without
/// <see cref="CommitAsync"/> rolls it back.
/// </summary>
public sealed class TenantTransaction : IAsyncDisposable
{
    private readonly NpgsqlTransaction _transaction;
    private readonly RowScope _rows;

    private TenantTransaction(TenantScope scope, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (Tenant, _rows, Connection, _transaction) = (scope.Tenant, scope.Rows, connection, transaction);

    /// <summary>Whose rows this transaction sees.</summary>
    public TenantId Tenant { get; }

    /// <summary>For COPY TO and for libraries that take a connection. After the end of the transaction it sees no rows.</summary>
    public NpgsqlConnection Connection { get; }

    internal static async Task<TenantTransaction> BeginAsync(NpgsqlDataSource source, TenantScope scope, IsolationLevel isolation, CancellationToken cancellation)
    {
        var rows = scope.Rows;
        var connection = await source.OpenConnectionAsync(cancellation);
        try
        {
            // BEGIN travels with the first statement, so this is one round trip.
            var transaction = await connection.BeginTransactionAsync(isolation, cancellation);
            await RunAsync(connection, [ScopeSql.Apply(rows.Settings)], cancellation);
            return new TenantTransaction(scope, connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A command of this transaction. Parameters are added by the caller.</summary>
    public NpgsqlCommand CreateCommand(string sql) => new(sql, Connection, _transaction);

    /// <summary>Marks a place to go back to.</summary>
    public Task SaveAsync(string savepoint, CancellationToken cancellation = default) =>
        RunAsync(Connection, [new($"SAVEPOINT {SqlName.Quote(savepoint)}")], cancellation);

    /// <summary>
    /// Undoes what came after the savepoint, an error included, in one round trip. PostgreSQL undoes settings made since as
    /// well, so the tenant is put in force anew.
    /// </summary>
    public Task RollbackToAsync(string savepoint, CancellationToken cancellation = default) =>
        RunAsync(Connection, [new($"ROLLBACK TO SAVEPOINT {SqlName.Quote(savepoint)}"), ScopeSql.Apply(_rows.Settings)], cancellation);

    /// <summary>Forgets a savepoint and keeps what came after it.</summary>
    public Task ReleaseAsync(string savepoint, CancellationToken cancellation = default) =>
        RunAsync(Connection, [new($"RELEASE SAVEPOINT {SqlName.Quote(savepoint)}")], cancellation);

    /// <summary>
    /// Copies rows into a table by the binary COPY that <paramref name="write"/> fills; how many. PostgreSQL has no COPY FROM
    /// for a row-secured table (0A000), so they go into a temporary one and from there by INSERT, which the policy checks.
    /// Needs the right to make temporary tables, which every role has unless it was revoked.
    /// </summary>
    /// <param name="table">With or without its schema.</param>
    /// <param name="columns">Those that are written; the others take their defaults.</param>
    public Task<int> ImportAsync(
        string table, IReadOnlyList<string> columns, Func<NpgsqlBinaryImporter, Task> write, CancellationToken cancellation = default) =>
        TenantImport.RunAsync(Connection, table, columns, write, cancellation);

    /// <summary>
    /// Commits. <paramref name="cancellation"/> counts until COMMIT is sent. A transaction in which a statement has failed throws
    /// (25P02), where a bare COMMIT would roll back and say nothing.
    /// </summary>
    /// <exception cref="CommitUnknownException">The connection was lost before the answer came.</exception>
    public async Task CommitAsync(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            await RunAsync(Connection, [new("SELECT"), new("COMMIT")], CancellationToken.None);
        }
        catch (Exception e) when (!IsRefusal(e))
        {
            throw new CommitUnknownException(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }

    /// <summary>The server answered, and goes on: the transaction is rolled back. A FATAL one says only that it is going.</summary>
    internal static bool IsRefusal(Exception e) => e is PostgresException { InvariantSeverity: "ERROR" };

    private static async Task RunAsync(NpgsqlConnection connection, NpgsqlBatchCommand[] statements, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(statement);
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
