using Npgsql;
using NpgsqlTypes;

namespace Tessera.UnitTests.Postgres;

/// <summary>Savepoints, COPY and the end of a transaction, for plain Npgsql.</summary>
public sealed class TenantTransactionTests(NotebookFixture fixture) : TenantDatabaseTest(fixture), IClassFixture<NotebookFixture>
{
    [Fact]
    public async Task A_savepoint_undone_leaves_the_tenant_in_force()
    {
        await using (var transaction = await Of(Acme).BeginAsync(Cancellation))
        {
            await RunAsync(transaction, "UPDATE users SET name = 'before' WHERE id = 1");
            await transaction.SaveAsync("Half \"way\"", Cancellation);
            await RunAsync(transaction, "UPDATE users SET name = 'undone'");
            // Whatever came after the savepoint is undone, and so is what it did to the setting.
            await RunAsync(transaction, "SELECT set_config('app.current_tenant_id', '', true)");
            await transaction.RollbackToAsync("Half \"way\"", Cancellation);
            Assert.Equal(10, await RunAsync(transaction, "UPDATE users SET version = version + 1 WHERE id < 100"));
            await transaction.CommitAsync(Cancellation);
        }

        Assert.Equal("before", await Fixture.NameOfAsync(Acme, 1));
        Assert.NotEqual("undone", await Fixture.NameOfAsync(Acme, 2));
    }

    [Fact]
    public async Task A_setting_lost_before_the_savepoint_is_back_after_it()
    {
        await using var transaction = await Of(Acme).BeginAsync(Cancellation);
        await RunAsync(transaction, "SELECT set_config('app.current_tenant_id', '', true)");
        await transaction.SaveAsync("s", Cancellation);
        await transaction.RollbackToAsync("s", Cancellation);
        Assert.Equal(10, await RunAsync(transaction, "UPDATE users SET version = version + 1 WHERE id < 100"));
    }

    [Fact]
    public async Task An_error_after_a_savepoint_is_got_over_and_a_released_savepoint_kept()
    {
        await using (var transaction = await Of(Globex).BeginAsync(Cancellation))
        {
            await transaction.SaveAsync("s", Cancellation);
            await Assert.ThrowsAsync<PostgresException>(() => RunAsync(transaction, "SELECT 1/0"));
            await transaction.RollbackToAsync("s", Cancellation);
            await transaction.SaveAsync("kept", Cancellation);
            Assert.Equal(1, await RunAsync(transaction, "UPDATE users SET name = 'kept' WHERE id = 2"));
            await transaction.ReleaseAsync("kept", Cancellation);
            await transaction.CommitAsync(Cancellation);
        }

        Assert.Equal("kept", await Fixture.NameOfAsync(Globex, 2));
    }

    [Fact]
    public async Task A_commit_over_a_failed_statement_does_not_pass_for_one()
    {
        await using var transaction = await Of(Acme).BeginAsync(Cancellation);
        await RunAsync(transaction, "UPDATE users SET name = 'lost' WHERE id = 3");
        await Assert.ThrowsAsync<PostgresException>(() => RunAsync(transaction, "SELECT 1/0"));
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => transaction.CommitAsync(Cancellation));
        Assert.Equal(PostgresErrorCodes.InFailedSqlTransaction, refusal.SqlState);
    }

    [Fact]
    public async Task A_transaction_that_was_committed_sees_no_rows_any_more()
    {
        await using var transaction = await Of(Acme).BeginAsync(Cancellation);
        await transaction.CommitAsync(Cancellation);
        await using var after = new NpgsqlCommand("SELECT count(*) FROM users", transaction.Connection);
        Assert.Equal(0L, await after.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task COPY_out_has_the_tenants_rows_alone()
    {
        await using var transaction = await Of(Globex).BeginAsync(Cancellation);
        await using var export = await transaction.Connection.BeginBinaryExportAsync("COPY users (tenant_id, id) TO STDOUT (FORMAT BINARY)", Cancellation);
        var seen = new List<Guid>();
        while (await export.StartRowAsync(Cancellation) >= 0)
        {
            seen.Add(await export.ReadAsync<Guid>(Cancellation));
            await export.SkipAsync(Cancellation);
        }

        Assert.Equal(10, seen.Count);
        Assert.All(seen, tenant => Assert.Equal(Globex.Value, tenant));
    }

    [Fact]
    public async Task PostgreSQL_refuses_COPY_into_a_secured_table()
    {
        await using var transaction = await Of(Acme).BeginAsync(Cancellation);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => transaction.Connection.BeginBinaryImportAsync("COPY users (id) FROM STDIN (FORMAT BINARY)", Cancellation));
        Assert.Equal(PostgresErrorCodes.FeatureNotSupported, refusal.SqlState);
    }

    [Fact]
    public async Task An_import_brings_rows_in_as_the_tenants_and_none_of_anothers()
    {
        await using (var transaction = await Of(Acme).BeginAsync(Cancellation))
        {
            Assert.Equal(500, await transaction.ImportAsync("public.users", ["tenant_id", "id", "name", "version"], rows => WriteAsync(rows, Acme.Value, 500), Cancellation));
            Assert.Equal(7, await transaction.ImportAsync("users", ["tenant_id", "id", "name", "version"], rows => WriteAsync(rows, Acme.Value, 7, from: 3000), Cancellation));
            await transaction.CommitAsync(Cancellation);
        }

        Assert.Equal(507L, await Fixture.Database.AskAsync<long>($"SELECT count(*) FROM users WHERE tenant_id = '{Acme}' AND id >= 1000"));
        await using var foreign = await Of(Acme).BeginAsync(Cancellation);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => foreign.ImportAsync("users", ["tenant_id", "id", "name", "version"], rows => WriteAsync(rows, Globex.Value, 1), Cancellation));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter rows, Guid tenant, int count, long from = 1000)
    {
        for (var i = 0; i < count; i++)
        {
            await rows.StartRowAsync();
            await rows.WriteAsync(tenant, NpgsqlDbType.Uuid);
            await rows.WriteAsync(from + i, NpgsqlDbType.Bigint);
            await rows.WriteAsync("imported", NpgsqlDbType.Text);
            await rows.WriteAsync(1, NpgsqlDbType.Integer);
        }
    }
}
