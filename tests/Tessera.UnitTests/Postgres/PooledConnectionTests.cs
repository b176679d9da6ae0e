using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.Postgres;

/// <summary>One physical connection, never reset: whatever happens to a command, the next user finds no tenant on it.</summary>
public sealed class PooledConnectionTests(NotebookFixture fixture) : IClassFixture<NotebookFixture>, IAsyncDisposable
{
    private readonly NpgsqlDataSource _one = NpgsqlDataSource.Create(fixture.Database.RuntimeConnection(poolSize: 1));

    [Fact]
    public async Task After_success()
    {
        await using (var db = Open())
        {
            Assert.Equal(10, await db.Users.CountAsync(Cancellation));
        }

        await AssertNoTenantAsync();
    }

    [Fact]
    public async Task After_a_write()
    {
        await using (var db = Open())
        {
            var user = await db.Users.FirstAsync(Cancellation);
            user.Version++;
            Assert.Equal(1, await db.SaveChangesAsync(Cancellation));
        }

        await AssertNoTenantAsync();
        await using (var db = Open())
        {
            Assert.Equal(1, await db.Users.Where(user => user.Id == 1).ExecuteUpdateAsync(set => set.SetProperty(user => user.Name, user => user.Name), Cancellation));
        }

        await AssertNoTenantAsync();
    }

    [Fact]
    public async Task After_an_error()
    {
        await using (var db = Open())
        {
            await Assert.ThrowsAsync<PostgresException>(() => db.Database.SqlQuery<int>($"SELECT 1/0 AS \"Value\"").ToListAsync(Cancellation));
            await Assert.ThrowsAsync<PostgresException>(() => db.Database.ExecuteSqlAsync($"UPDATE users SET version = 1/0", Cancellation));
        }

        await AssertNoTenantAsync();
    }

    [Fact]
    public async Task After_a_cancellation()
    {
        await using (var db = Open())
        {
            using var soon = new CancellationTokenSource(100);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => db.Database.SqlQuery<int>($"SELECT 1 AS \"Value\" FROM pg_sleep(10)").ToListAsync(soon.Token));
        }

        await AssertNoTenantAsync();
    }

    [Fact]
    public async Task After_a_stream_that_was_broken_off()
    {
        await using (var db = Open())
        {
            await foreach (var note in db.Notes.AsNoTracking().AsAsyncEnumerable())
            {
                break;
            }
        }

        await AssertNoTenantAsync();
    }

    [Fact]
    public async Task After_a_transaction_that_was_abandoned()
    {
        await using (var db = Open())
        {
            await db.Database.BeginTransactionAsync(Cancellation);
            Assert.Equal(10, await db.Users.CountAsync(Cancellation));
        }

        await AssertNoTenantAsync();
    }

    [Fact]
    public async Task After_plain_reads_and_transactions()
    {
        var scope = new TenantScope();
        var database = new TenantDatabase(_one, scope);
        await Assert.ThrowsAsync<TenantNotSetException>(() => database.BeginAsync(Cancellation));
        await Assert.ThrowsAsync<TenantNotSetException>(() => database.ExecuteReaderAsync(new NpgsqlBatchCommand("SELECT 1"), Cancellation));

        scope.Set(fixture.Acme);
        Assert.All(await database.QueryAsync(new("SELECT tenant_id FROM users"), row => row.GetGuid(0), Cancellation), id => Assert.Equal(fixture.Acme.Value, id));
        await AssertNoTenantAsync();
        await Assert.ThrowsAsync<PostgresException>(() => database.QueryAsync(new("SELECT 1/0"), row => row.GetInt32(0), Cancellation));
        await AssertNoTenantAsync();

        await using (var transaction = await database.BeginAsync(Cancellation))
        {
            await using var update = transaction.CreateCommand("UPDATE users SET name = 'plain'");
            Assert.Equal(10, await update.ExecuteNonQueryAsync(Cancellation));
        }

        await AssertNoTenantAsync();
        Assert.NotEqual("plain", await fixture.NameOfAsync(fixture.Acme, 1));

        await using (var transaction = await database.BeginAsync(Cancellation))
        {
            await using var update = transaction.CreateCommand("UPDATE users SET name = 'plain' WHERE id = 1");
            await update.ExecuteNonQueryAsync(Cancellation);
            await transaction.CommitAsync(Cancellation);
        }

        Assert.Equal("plain", await fixture.NameOfAsync(fixture.Acme, 1));
    }

    [Fact]
    public void A_tenant_is_set_once()
    {
        var scope = new TenantScope();
        Assert.False(scope.IsSet);
        Assert.Throws<TenantNotSetException>(() => scope.Tenant);
        Assert.Throws<ArgumentException>(() => scope.Set(default));
        scope.Set(fixture.Acme);
        Assert.Throws<InvalidOperationException>(() => scope.Set(fixture.Acme));
        Assert.Throws<InvalidOperationException>(() => scope.Set(fixture.Globex));
        Assert.Equal(fixture.Acme, scope.Tenant);
    }

    public ValueTask DisposeAsync() => _one.DisposeAsync();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Notebook Open() => Notebook.Of(Notebook.Options(_one), fixture.Acme);

    private async Task AssertNoTenantAsync()
    {
        await using var command = _one.CreateCommand("SELECT coalesce(current_setting('app.current_tenant_id', true), '') || (SELECT count(*) FROM users)");
        Assert.Equal("0", await command.ExecuteScalarAsync(Cancellation));
    }
}
