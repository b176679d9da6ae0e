using Npgsql;
using Tessera.Postgres.Rows;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.Postgres;

/// <summary>Statements, batches and streams of plain Npgsql.</summary>
public sealed class TenantDatabaseTests(NotebookFixture fixture) : TenantDatabaseTest(fixture), IClassFixture<NotebookFixture>
{
    private const string Ids = "SELECT tenant_id FROM users";

    [Fact]
    public async Task Several_statements_take_one_round_trip_and_are_all_the_tenants()
    {
        await using var relay = new CountingRelay(new NpgsqlConnectionStringBuilder(Fixture.Database.RuntimeConnection()));
        await using var source = NpgsqlDataSource.Create(relay.ConnectionString);
        var database = Of(Acme, source);
        await database.QueryAsync(new(Ids), Tenant, Cancellation);
        Assert.Equal(1, await relay.CountAsync(() => database.QueryAsync(new(Ids), Tenant, Cancellation)));
        Assert.Equal(1, await relay.CountAsync(async () =>
            Assert.Equal(11, await database.ExecuteBatchAsync([new("UPDATE users SET version = version + 1"), new("SELECT 1"), new("UPDATE users SET name = 'one' WHERE id = 1")], Cancellation))));
        Assert.Equal(1, await relay.CountAsync(async () =>
        {
            await using var reader = await database.ExecuteBatchReaderAsync([new(Ids), new("SELECT count(*) FROM notes")], Cancellation);
            Assert.All(await ReadAsync(reader), tenant => Assert.Equal(Acme.Value, tenant));
            Assert.True(await reader.NextResultAsync(Cancellation) && await reader.ReadAsync(Cancellation));
            Assert.Equal(30L, reader.GetInt64(0));
        }));
    }

    [Fact]
    public async Task Several_statements_are_done_together_or_not_at_all()
    {
        await Assert.ThrowsAsync<PostgresException>(() => Of(Acme).ExecuteBatchAsync([new("UPDATE users SET name = 'half' WHERE id = 5"), new("SELECT 1/0")], Cancellation));
        Assert.NotEqual("half", await Fixture.NameOfAsync(Acme, 5));
    }

    [Fact]
    public async Task A_statement_that_would_end_the_transaction_for_the_next_is_refused()
    {
        var statements = new[] { new NpgsqlBatchCommand("SELECT 1") { AppendErrorBarrier = true }, new(Ids) };
        await Assert.ThrowsAsync<ArgumentException>(() => Of(Acme).ExecuteBatchAsync(statements, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => Of(Acme).ExecuteBatchReaderAsync(statements, Cancellation));
    }

    [Fact]
    public async Task Another_tenants_row_is_not_changed_and_counts_as_none()
    {
        Assert.Equal(0, await Of(Acme).ExecuteAsync(new($"UPDATE users SET name = 'stolen' WHERE tenant_id = '{Globex}'"), Cancellation));
        Assert.Equal(0, await Of(Acme).ExecuteAsync(new($"DELETE FROM notes WHERE tenant_id = '{Globex}'"), Cancellation));
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Of(Acme).ExecuteAsync(new($"INSERT INTO users VALUES ('{Globex}', 99, 'x', 1)"), Cancellation));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task A_stream_hands_on_the_tenants_rows_and_gives_its_connection_back()
    {
        await using var one = Pool(1);
        var seen = new List<Guid>();
        await foreach (var tenant in Of(Globex, one).StreamAsync(new(Ids), Tenant, Cancellation))
        {
            seen.Add(tenant);
        }

        Assert.Equal(Enumerable.Repeat(Globex.Value, 10), seen);
        await AssertNoTenantAsync(one, 1);
        await foreach (var _ in Of(Globex, one).StreamAsync(new(Ids), Tenant, Cancellation))
        {
            break;
        }

        await AssertNoTenantAsync(one, 1);
    }

    [Fact]
    public async Task One_prepared_statement_serves_tenants_in_turn()
    {
        await using var one = Pool(1, settings => settings.AutoPrepareMinUsages = 1);
        for (var i = 0; i < 20; i++)
        {
            var tenant = i % 2 == 0 ? Acme : Globex;
            Assert.Equal([tenant.Value], (await Of(tenant, one).QueryAsync(new(Ids), Tenant, Cancellation)).Distinct());
        }

        await using var prepared = one.CreateCommand($"SELECT count(*) FROM pg_prepared_statements WHERE statement = '{Ids}'");
        Assert.Equal(1L, await prepared.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task A_multiplexed_pool_keeps_statements_of_tenants_apart()
    {
        await using var pool = Pool(2, settings => settings.Multiplexing = true);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(worker => Task.Run(async () =>
        {
            var tenant = worker % 2 == 0 ? Acme : Globex;
            for (var i = 0; i < 50; i++)
            {
                Assert.Equal(Enumerable.Repeat(tenant.Value, 10), await Of(tenant, pool).QueryAsync(new(Ids), Tenant, Cancellation));
                Assert.Equal(1, await Of(tenant, pool).ExecuteBatchAsync([new("SELECT 1"), new("UPDATE users SET version = version + 1 WHERE id = 7")], Cancellation));
            }

            await using var transaction = await Of(tenant, pool).BeginAsync(Cancellation);
            Assert.Equal(10, await RunAsync(transaction, "UPDATE notes SET body = 'x' WHERE user_id IN (SELECT id FROM users) AND id IN (SELECT id FROM notes LIMIT 10)"));
        }, Cancellation)));
    }

    [Fact]
    public async Task An_empty_setting_is_never_a_tenant()
    {
        Assert.Throws<ArgumentException>(() => TenantRows.Of(default));
        await using var connection = await Fixture.Database.Runtime.OpenConnectionAsync(Cancellation);
        foreach (var value in new[] { "''", "NULL" })
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands = { new($"SELECT set_config('app.current_tenant_id', {value}, true)"), new("SELECT count(*) FROM users") },
            };
            await using var reader = await batch.ExecuteReaderAsync(Cancellation);
            await reader.NextResultAsync(Cancellation);
            Assert.True(await reader.ReadAsync(Cancellation));
            Assert.Equal(0L, reader.GetInt64(0));
        }

        await using var unset = new NpgsqlCommand($"INSERT INTO users VALUES ('{Guid.Empty}', 1, 'nobody', 1)", connection);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => unset.ExecuteNonQueryAsync(Cancellation))).SqlState);
    }

    [Fact]
    public void A_setting_of_ours_is_a_settings_name() => Assert.Equal(new RowSetting(TenantRows.Setting, Acme.ToString()), TenantRows.Of(Acme).Settings[0]);

    private static Guid Tenant(NpgsqlDataReader row) => row.GetGuid(0);

    private static async Task<List<Guid>> ReadAsync(NpgsqlDataReader reader)
    {
        var seen = new List<Guid>();
        while (await reader.ReadAsync(Cancellation))
        {
            seen.Add(reader.GetGuid(0));
        }

        return seen;
    }
}
