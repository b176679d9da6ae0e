using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Schema;

namespace Tessera.Cell.Store;

/// <summary>
/// One realm held alone: a transaction that has waited for the realm's writes in flight and keeps new ones out until it ends.
/// Whoever changes how a realm stands holds it, so that no writer and no other step of a move sees half of the change.
/// </summary>
internal sealed class RealmHold : IAsyncDisposable
{
    /// <summary>How long writes in flight are waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IDbContextTransaction _transaction;

    private RealmHold(CellDb db, IDbContextTransaction transaction) => (Db, _transaction) = (db, transaction);

    /// <summary>Reaches the realm's rows, however it stands.</summary>
    public CellDb Db { get; }

    /// <exception cref="RealmBusyException">Somebody has written for longer than <see cref="Patience"/>.</exception>
    public static async Task<RealmHold> TakeAsync(CellStore store, RealmId realm, CancellationToken cancellation)
    {
        var db = store.OpenForMany(RowsOf.Founding(realm));
        try
        {
            // On SQLite this is BEGIN IMMEDIATE: the one write lock there is.
            var transaction = await db.Database.BeginTransactionAsync(cancellation);
            if (db.Database.GetDbConnection() is NpgsqlConnection connection)
            {
                await LockAsync(connection, realm, cancellation);
            }

            return new RealmHold(db, transaction);
        }
        catch (Exception e)
        {
            await db.DisposeAsync();
            if (StoreFaults.IsLockTimeout(e))
            {
                throw new RealmBusyException(e);
            }

            throw;
        }
    }

    public async Task CommitAsync(CancellationToken cancellation)
    {
        await Db.SaveChangesAsync(cancellation);
        await _transaction.CommitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await Db.DisposeAsync();
    }

    private static async Task LockAsync(NpgsqlConnection connection, RealmId realm, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {(int)Patience.TotalMilliseconds}")));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(WriteFenceSql.LockForMove) { Parameters = { new NpgsqlParameter<string> { TypedValue = realm.Value } } });
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>The realm's writers have not come to an end in time; nothing was changed.</summary>
internal sealed class RealmBusyException(Exception cause) : Exception("The realm's writes have not come to an end.", cause);
