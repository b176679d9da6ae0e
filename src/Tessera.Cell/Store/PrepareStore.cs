using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Tessera.Cell.Joining;
using Tessera.Files;
using Tessera.Postgres.Checks;

namespace Tessera.Cell.Store;

/// <summary>
/// Before the cell serves: makes the schema where there is none, refuses one of another version, and on PostgreSQL refuses
/// to run as a role that row-level security does not bind.
/// </summary>
internal sealed class PrepareStore(CellStore store, IOptions<CellOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = store.Open(RowsOf.Cell);
        if (options.Value.Postgres is null)
        {
            // Password hashes are nobody else's to read; SQLite gives its other files the mode of this one.
            PrivateFile.Claim(CellStoreSetup.SqlitePath(options.Value));
            // Opened for writing first: Entity Framework looks through a read-only connection, which could not turn the write-ahead log on.
            await db.Database.OpenConnectionAsync(cancellationToken);
            await db.Database.EnsureCreatedAsync(cancellationToken);
            await db.Database.ExecuteSqlRawAsync(LedgerSql.Sqlite(db.Model), cancellationToken);
        }
        else
        {
            await PostgresSchema.EnsureAsync(db, options.Value, cancellationToken);
            // What has a tenant here has a realm too, and is secured by it.
            await using var source = NpgsqlDataSource.Create(options.Value.Postgres);
            await RowSecurityCheck.RunAsync(source, ["realm_id"], cancellationToken);
        }

        var version = await db.Schema.Select(row => row.Version).SingleAsync(cancellationToken);
        if (version != CellModel.Version)
        {
            throw new CellStartException($"The store has layout {version}; this cell reads and writes layout {CellModel.Version}.");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
