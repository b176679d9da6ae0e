using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Rows;
using Tessera.Postgres.Schema;

namespace Tessera.UnitTests.Postgres;

public sealed class WriteFenceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_write_at_the_realms_epoch_enters()
    {
        var realm = await RealmAsync();
        await using var ledger = Ledger.Open(database.Runtime, realm, 1);
        Reading[] readings = [new() { RealmId = realm.Value, Value = 1 }, new() { RealmId = realm.Value, Value = 2 }];
        ledger.AddRange(readings);
        Assert.Equal(2, await ledger.SaveChangesAsync(Cancellation));
        Assert.All(readings, reading => Assert.True(reading.Id > 0));
        Assert.Equal(2, await ledger.Readings.ExecuteUpdateAsync(set => set.SetProperty(r => r.Value, 3), Cancellation));
        Assert.Equal(2, await ledger.Readings.CountAsync(Cancellation));
    }

    [Theory]
    [InlineData("UPDATE realms SET state = 'fenced' WHERE realm_id = ")]
    [InlineData("UPDATE realms SET epoch = 2 WHERE realm_id = ")]
    [InlineData("DELETE FROM realms WHERE realm_id = ")]
    public async Task A_fenced_stale_or_absent_realm_takes_no_write_of_any_kind(string change)
    {
        var realm = await RealmAsync();
        await TestDatabase.ExecuteAsync(database.Superuser, $"INSERT INTO readings (realm_id, value) VALUES ('{realm}', 1); {change}'{realm}'");

        // One connection: what a refusal leaves behind would meet the next statement.
        await using var one = NpgsqlDataSource.Create(database.RuntimeConnection(poolSize: 1));
        await using var ledger = Ledger.Open(one, realm, 1);
        ledger.Add(new Reading { RealmId = realm.Value, Value = 2 });
        await Assert.ThrowsAsync<WriteFencedException>(() => ledger.SaveChangesAsync(Cancellation));
        await Assert.ThrowsAsync<WriteFencedException>(() => ledger.Readings.ExecuteUpdateAsync(set => set.SetProperty(r => r.Value, 3), Cancellation));
        await Assert.ThrowsAsync<WriteFencedException>(() => ledger.Readings.ExecuteDeleteAsync(Cancellation));
        await Assert.ThrowsAsync<WriteFencedException>(() => ledger.Database.ExecuteSqlAsync($"UPDATE readings SET value = 4", Cancellation));
        Assert.Equal(1, (await ledger.Readings.AsNoTracking().SingleAsync(Cancellation)).Value);
    }

    [Fact]
    public async Task A_snapshot_that_may_be_older_than_the_fence_is_refused()
    {
        var realm = await RealmAsync();
        await using var ledger = Ledger.Open(database.Runtime, realm, 1);
        await using var transaction = await ledger.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, Cancellation);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => ledger.Readings.ExecuteDeleteAsync(Cancellation));
        Assert.Equal(SqlStates.WrongIsolation, refusal.SqlState);
    }

    [Fact]
    public async Task No_write_lands_after_the_fence()
    {
        var realm = await RealmAsync();
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var refused = false; !refused && !stop.IsCancellationRequested;)
            {
                await using var ledger = Ledger.Open(database.Runtime, realm, 1);
                try
                {
                    await ledger.Database.ExecuteSqlAsync($"INSERT INTO readings (realm_id, value) SELECT {realm.Value}, 1 FROM pg_sleep(0.02)", CancellationToken.None);
                }
                catch (WriteFencedException)
                {
                    refused = true;
                }
            }
        })).ToArray();
        while (await CountAsync(realm) == 0)
        {
            await Task.Delay(20, Cancellation);
        }

        await using (var connection = await database.Superuser.OpenConnectionAsync(Cancellation))
        await using (var transaction = await connection.BeginTransactionAsync(Cancellation))
        {
            await using var fence = new NpgsqlCommand(WriteFenceSql.LockForMove, connection, transaction) { Parameters = { new() { Value = realm.Value } } };
            await fence.ExecuteNonQueryAsync(Cancellation);
            await using var state = new NpgsqlCommand($"UPDATE realms SET state = 'fenced' WHERE realm_id = '{realm}'", connection, transaction);
            await state.ExecuteNonQueryAsync(Cancellation);
            await transaction.CommitAsync(Cancellation);
        }

        var atFence = await CountAsync(realm);
        await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        await stop.CancelAsync();
        Assert.True(atFence > 0);
        Assert.Equal(atFence, await CountAsync(realm));
    }

    [Fact]
    public async Task The_fence_waits_for_a_write_in_flight()
    {
        var realm = await RealmAsync();
        await using var ledger = Ledger.Open(database.Runtime, realm, 1);
        await using (var write = await ledger.Database.BeginTransactionAsync(Cancellation))
        {
            ledger.Add(new Reading { RealmId = realm.Value, Value = 1 });
            await ledger.SaveChangesAsync(Cancellation);
            var waited = await Assert.ThrowsAsync<PostgresException>(() => FenceAsync(realm, "200ms"));
            Assert.Equal(PostgresErrorCodes.LockNotAvailable, waited.SqlState);
            await write.CommitAsync(Cancellation);
        }

        await FenceAsync(realm, "20s");
    }

    [Fact]
    public async Task A_scope_that_changes_inside_a_transaction_leaves_nothing_of_the_old_one()
    {
        var (first, second) = (await RealmAsync(), await RealmAsync());
        await TestDatabase.ExecuteAsync(database.Superuser, $"INSERT INTO readings (realm_id, value) VALUES ('{first}', 1)");
        await using var ledger = Ledger.Open(database.Runtime, first, 1);
        await using var transaction = await ledger.Database.BeginTransactionAsync(Cancellation);
        Assert.Equal(1, await ledger.Readings.CountAsync(Cancellation));
        ledger.RowScope = null;
        Assert.Equal(0, await ledger.Readings.CountAsync(Cancellation));
        ledger.RowScope = new RowScope("app.another", "x");
        Assert.Equal(0, await ledger.Readings.CountAsync(Cancellation));
        Assert.Equal(0, await ledger.Readings.ExecuteDeleteAsync(Cancellation));
        ledger.RowScope = new RowScope("app.current_realm_id", second.Value, new WriteEntry("tessera_enter_write", second.Value, 1L));
        ledger.Add(new Reading { RealmId = second.Value, Value = 1 });
        Assert.Equal(1, await ledger.SaveChangesAsync(Cancellation));
        Assert.Equal(second.Value, (await ledger.Readings.SingleAsync(Cancellation)).RealmId);
    }

    [Fact]
    public void Names_that_could_carry_SQL_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new RowSetting("app.x', 'y", ""));
        Assert.Throws<ArgumentException>(() => new RowSetting("search_path", ""));
        Assert.Throws<ArgumentException>(() => new WriteEntry("p(); DROP TABLE realms; --"));
        Assert.Throws<ArgumentException>(() => RowSecuritySql.Current("app.x')"));
        Assert.Contains("ALTER TABLE \"shop\".\"or\"\"ders\"", RowSecuritySql.Protect("shop.or\"ders", "tenant_id", "app.x"), StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<RealmId> RealmAsync()
    {
        var realm = RealmId.New("eu-central-1");
        await TestDatabase.ExecuteAsync(database.Superuser, $"INSERT INTO realms VALUES ('{realm}', 'active', 1)");
        return realm;
    }

    private async Task FenceAsync(RealmId realm, string patience)
    {
        await using var connection = await database.Superuser.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using var bound = new NpgsqlCommand($"SET LOCAL lock_timeout = '{patience}'", connection, transaction);
        await bound.ExecuteNonQueryAsync(Cancellation);
        await using var fence = new NpgsqlCommand(WriteFenceSql.LockForMove, connection, transaction) { Parameters = { new() { Value = realm.Value } } };
        await fence.ExecuteNonQueryAsync(Cancellation);
    }

    private Task<long> CountAsync(RealmId realm) => database.AskAsync<long>($"SELECT count(*) FROM readings WHERE realm_id = '{realm}'");
}
