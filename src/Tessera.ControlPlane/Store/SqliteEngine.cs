using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Tessera.Files;

namespace Tessera.ControlPlane.Store;

/// <summary>The embedded store: one file, one process, one writer at a time.</summary>
internal sealed class SqliteEngine : IStoreEngine
{
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly string _path;
    private readonly string _connectionString;

    public SqliteEngine(string path)
    {
        _path = path;
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path }.ToString();
        Options = new DbContextOptionsBuilder<DirectoryDb>().UseSqlite(_connectionString).UseSnakeCaseNamingConvention().Options;
    }

    public DbContextOptions<DirectoryDb> Options { get; }

    public async Task PrepareAsync(CancellationToken cancellation)
    {
        // The directory is nobody else's to read; SQLite gives its other files the mode of this one.
        PrivateFile.Claim(_path);
        await using var db = new DirectoryDb(Options, DirectoryScope.All);
        await db.Database.OpenConnectionAsync(cancellation);
        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellation);
        var tables = await db.Database.SqlQueryRaw<int>(
            "SELECT count(*) AS \"Value\" FROM sqlite_master WHERE type = 'table' AND name = 'schema_info'").SingleAsync(cancellation);
        if (tables == 0)
        {
            await using var transaction = await BeginAsync(db, DirectoryScope.All, writing: true, cancellation);
            await db.Database.ExecuteSqlRawAsync(Schema.CreateScript(db), cancellation);
            await transaction.CommitAsync(cancellation);
        }

        await Schema.RequireVersionAsync(db, cancellation);
    }

    public async Task<IDisposable> EnterWriteAsync(CancellationToken cancellation)
    {
        await _writer.WaitAsync(cancellation);
        return new Turn(_writer);
    }

    public async Task<IDbContextTransaction> BeginAsync(DirectoryDb db, DirectoryScope scope, bool writing, CancellationToken cancellation)
    {
        await db.Database.OpenConnectionAsync(cancellation);

        // Connections are pooled, so each of these is said every time.
        await db.Database.ExecuteSqlRawAsync("PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000", cancellation);
        await db.Database.ExecuteSqlRawAsync(writing ? "PRAGMA query_only=0" : "PRAGMA query_only=1", cancellation);
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        return await db.Database.UseTransactionAsync(connection.BeginTransaction(IsolationLevel.Serializable, deferred: !writing), cancellation)
            ?? throw new InvalidOperationException("The transaction was not taken.");
    }

    public ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        public void Dispose() => writer.Release();
    }
}
