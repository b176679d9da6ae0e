using System.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Tessera.ControlPlane.Store;

/// <summary>The store for everything beyond a look. Its policies enforce again what the query filters say.</summary>
internal sealed class PostgresEngine : IStoreEngine
{
    private const int StatementsPrepared = 100; // the server keeps their plans, on each connection

    private readonly NpgsqlDataSource _source;
    private readonly string? _owner;

    public PostgresEngine(string runtime, string? owner)
    {
        var settings = new NpgsqlConnectionStringBuilder(runtime);
        settings.MaxAutoPrepare = settings.ShouldSerialize("Max Auto Prepare") ? settings.MaxAutoPrepare : StatementsPrepared;
        _source = NpgsqlDataSource.Create(settings);
        _owner = owner;
        Options = new DbContextOptionsBuilder<DirectoryDb>().UseNpgsql(_source).UseSnakeCaseNamingConvention().Options;
    }

    public DbContextOptions<DirectoryDb> Options { get; }

    public async Task PrepareAsync(CancellationToken cancellation)
    {
        if (_owner is not null)
        {
            var role = new NpgsqlConnectionStringBuilder(_source.ConnectionString).Username!;
            await PostgresSchema.CreateIfAbsentAsync(_owner, role, cancellation);
        }

        await using var connection = await _source.OpenConnectionAsync(cancellation);
        await using var db = new DirectoryDb(Options, default);
        await PostgresSchema.RequireSafeAsync(connection, db, cancellation);
        await Schema.RequireVersionAsync(db, cancellation);
    }

    // The revision's row lock orders writers, over all processes.
    public Task<IDisposable> EnterWriteAsync(CancellationToken cancellation) => Task.FromResult<IDisposable>(NoTurn.Instance);

    public async Task<IDbContextTransaction> BeginAsync(DirectoryDb db, DirectoryScope scope, bool writing, CancellationToken cancellation)
    {
        var (tenant, all) = scope.Settings;
        var transaction = await db.Database.BeginTransactionAsync(
            writing ? IsolationLevel.ReadCommitted : IsolationLevel.RepeatableRead, cancellation);
        // Local to the transaction: a pooled connection carries nothing to its next user. BEGIN travels along.
        await db.Database.ExecuteSqlAsync(
            $"SELECT set_config('app.current_tenant_id', {tenant}, true), set_config('app.directory_scope', {all}, true), set_config('transaction_read_only', {(writing ? "off" : "on")}, true)",
            cancellation);
        return transaction;
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private sealed class NoTurn : IDisposable
    {
        public static readonly NoTurn Instance = new();

        public void Dispose()
        {
        }
    }
}
