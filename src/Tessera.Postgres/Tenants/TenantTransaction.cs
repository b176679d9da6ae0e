using System.Data;
using Npgsql;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Rows;

namespace Tessera.Postgres.Tenants;

/// <summary>
/// A transaction of one tenant. The tenant is in force until the transaction ends, however it ends; disposing it without
/// <see cref="CommitAsync"/> rolls it back.
/// </summary>
public sealed class TenantTransaction : IAsyncDisposable
{
    private readonly NpgsqlTransaction _transaction;

    private TenantTransaction(TenantId tenant, NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (Tenant, Connection, _transaction) = (tenant, connection, transaction);

    /// <summary>Whose rows this transaction sees.</summary>
    public TenantId Tenant { get; }

    /// <summary>For COPY and for libraries that take a connection. After the end of the transaction it sees no rows.</summary>
    public NpgsqlConnection Connection { get; }

    internal static async Task<TenantTransaction> BeginAsync(NpgsqlDataSource source, TenantId tenant, CancellationToken cancellation)
    {
        var connection = await source.OpenConnectionAsync(cancellation);
        try
        {
            // BEGIN travels with the first statement, so this is one round trip.
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellation);
            await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { ScopeSql.Apply(TenantRows.Of(tenant).Settings) } };
            await batch.ExecuteNonQueryAsync(cancellation);
            return new TenantTransaction(tenant, connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A command of this transaction. Parameters are added by the caller.</summary>
    public NpgsqlCommand CreateCommand(string sql) => new(sql, Connection, _transaction);

    public Task CommitAsync(CancellationToken cancellation = default) => _transaction.CommitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await Connection.DisposeAsync();
    }
}
