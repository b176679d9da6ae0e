using System.Data;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tessera.Postgres.Tenants;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Postgres;

/// <summary>Work is run again where nothing of it can remain, and never where something may.</summary>
public sealed class RetryTests(NotebookFixture fixture) : TenantDatabaseTest(fixture), IClassFixture<NotebookFixture>
{
    [Fact]
    public async Task A_serialization_failure_is_run_again_as_the_same_tenant()
    {
        var attempts = 0;
        var version = await Of(Acme).InTransactionAsync(IsolationLevel.Serializable, async transaction =>
        {
            await using var read = transaction.CreateCommand("SELECT version FROM users WHERE id = 1");
            var found = (int)(await read.ExecuteScalarAsync(Cancellation))!;
            if (++attempts == 1)
            {
                await Of(Acme).ExecuteAsync(new("UPDATE users SET version = version + 10 WHERE id = 1"), Cancellation);
            }

            Assert.Equal(1, await RunAsync(transaction, $"UPDATE users SET version = {found + 1} WHERE id = 1"));
            return found + 1;
        }, Cancellation);
        Assert.Equal((2, 12), (attempts, version));
        Assert.Equal(12, await Fixture.Database.AskAsync<int>($"SELECT version FROM users WHERE tenant_id = '{Acme}' AND id = 1"));
    }

    [Fact]
    public async Task A_deadlock_is_got_over_by_both()
    {
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        Task<int> Crossing(int one, int other, TaskCompletionSource mine, TaskCompletionSource theirs) => Of(Globex).InTransactionAsync(async transaction =>
        {
            await RunAsync(transaction, $"UPDATE users SET version = version + 1 WHERE id = {one}");
            mine.TrySetResult();
            await theirs.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
            return await RunAsync(transaction, $"UPDATE users SET version = version + 1 WHERE id = {other}");
        }, Cancellation);

        Assert.Equal(2, (await Task.WhenAll(Crossing(1, 2, first, second), Crossing(2, 1, second, first))).Sum());
        Assert.Equal(3, await Fixture.Database.AskAsync<int>($"SELECT version FROM users WHERE tenant_id = '{Globex}' AND id = 2"));
    }

    [Fact]
    public async Task A_connection_lost_before_the_commit_is_run_again()
    {
        var attempts = 0;
        await Of(Acme).InTransactionAsync(async transaction =>
        {
            await RunAsync(transaction, "UPDATE users SET name = 'attempt' WHERE id = 2");
            if (++attempts == 1)
            {
                await Fixture.Database.AskAsync<bool>($"SELECT pg_terminate_backend({transaction.Connection.ProcessID})");
            }

            return await RunAsync(transaction, $"UPDATE users SET name = 'attempt {attempts}' WHERE id = 2");
        }, Cancellation);
        Assert.Equal(2, attempts);
        Assert.Equal("attempt 2", await Fixture.NameOfAsync(Acme, 2));
    }

    [Fact]
    public async Task What_cannot_succeed_is_tried_four_times_and_what_must_not_be_repeated_once()
    {
        var attempts = 0;
        Task<int> Failing(string state) => Of(Acme).InTransactionAsync(async transaction =>
        {
            attempts++;
            return await RunAsync(transaction, $"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$");
        }, Cancellation);

        await Assert.ThrowsAsync<PostgresException>(() => Failing(PostgresErrorCodes.SerializationFailure));
        Assert.Equal(4, attempts);
        attempts = 0;
        await Assert.ThrowsAsync<PostgresException>(() => Failing(PostgresErrorCodes.UniqueViolation));
        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task An_answer_to_COMMIT_that_is_lost_is_said_and_the_work_not_done_twice()
    {
        await using var relay = new CountingRelay(new NpgsqlConnectionStringBuilder(Fixture.Database.RuntimeConnection()) { MaxAutoPrepare = 0 });
        await using var source = NpgsqlDataSource.Create(relay.ConnectionString);
        var attempts = 0;
        var work = Of(Acme, source).InTransactionAsync(async transaction =>
        {
            attempts++;
            var rows = await RunAsync(transaction, "INSERT INTO notes (tenant_id, user_id, body) SELECT tenant_id, id, 'once' FROM users WHERE id = 4");
            relay.CutAt = "COMMIT";
            return rows;
        }, Cancellation);
        await Assert.ThrowsAsync<CommitUnknownException>(() => work);
        Assert.Equal(1, attempts);
        await Eventually.HoldsAsync(() => Fixture.Database.AskAsync<long>("SELECT count(*) FROM notes WHERE body = 'once'").GetAwaiter().GetResult() == 1, "what was sent to be committed");
    }

    [Fact]
    public async Task EF_Core_reads_and_saves_again_by_itself_with_the_tenant()
    {
        await using var one = Pool(1);
        await using var db = Notebook.Of(Notebook.Options(one, retries: true), Acme);
        await KillAsync(db);
        Assert.Equal([Acme.Value], await db.Users.Select(u => u.TenantId).Distinct().ToListAsync(Cancellation));
        await KillAsync(db);
        var user = await db.Users.SingleAsync(u => u.Id == 8, Cancellation);
        await KillAsync(db);
        (user.Name, user.Version) = ("again", user.Version + 1);
        Assert.Equal(1, await db.SaveChangesAsync(Cancellation));
        await KillAsync(db);
        Assert.Equal(1, await db.Users.Where(u => u.Id == 8).ExecuteUpdateAsync(set => set.SetProperty(u => u.Name, "and again"), Cancellation));
        Assert.Equal("and again", await Fixture.NameOfAsync(Acme, 8));
        await AssertNoTenantAsync(one, 1);
    }

    // The pool does not notice: the next command meets a dead connection.
    private async Task KillAsync(Notebook db)
    {
        var backend = await db.Database.SqlQuery<int>($"SELECT pg_backend_pid() AS \"Value\"").SingleAsync(Cancellation);
        await Fixture.Database.AskAsync<bool>($"SELECT pg_terminate_backend({backend})");
        while (await Fixture.Database.AskAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE pid = {backend}") > 0)
        {
            await Task.Delay(10, Cancellation);
        }
    }
}
