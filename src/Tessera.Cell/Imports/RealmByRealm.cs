using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Tessera.Cell.Store;

namespace Tessera.Cell.Imports;

/// <summary>
/// One transaction in which the rows of several realms are written, each realm's in a scope of its own: query filter,
/// row-level security and write fence know one realm at a time, as everywhere. What saves is one commit for many.
/// </summary>
internal sealed class RealmByRealm : IAsyncDisposable
{
    private readonly CellStore _store;
    private readonly CellDb _cell;
    private readonly IDbContextTransaction _transaction;

    private RealmByRealm(CellStore store, CellDb cell, IDbContextTransaction transaction) =>
        (_store, _cell, _transaction) = (store, cell, transaction);

    /// <summary>The cell's own rows: pools.</summary>
    public CellDb Cell => _cell;

    public static async Task<RealmByRealm> BeginAsync(CellStore store, CancellationToken cancellation)
    {
        var cell = store.Open(RowsOf.Cell);
        try
        {
            await cell.Database.OpenConnectionAsync(cancellation);
            return new RealmByRealm(store, cell, await cell.Database.BeginTransactionAsync(cancellation));
        }
        catch
        {
            await cell.DisposeAsync();
            throw;
        }
    }

    /// <summary>A context for one realm's rows, within the transaction.</summary>
    public async Task<CellDb> EnterAsync(RowsOf rows, CancellationToken cancellation)
    {
        var db = _store.Open(rows);
        db.Database.SetDbConnection(_cell.Database.GetDbConnection());
        // A realm that fails fails the transaction, and is tried by itself; savepoints would cost two round trips each.
        db.Database.AutoSavepointsEnabled = false;
        await db.Database.UseTransactionAsync(_transaction.GetDbTransaction(), cancellation);
        return db;
    }

    public Task CommitAsync(CancellationToken cancellation) => _transaction.CommitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _cell.DisposeAsync();
    }
}
