using Npgsql;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.Postgres;

/// <summary>A pool of two, never reset: what is cancelled, broken off or killed brings no tenant back to it.</summary>
public sealed class BrokenConnectionTests(NotebookFixture fixture) : TenantDatabaseTest(fixture), IClassFixture<NotebookFixture>
{
    private const string Slow = "SELECT tenant_id FROM users, pg_sleep(0.02)";

    [Fact]
    public async Task A_cancelled_statement_stream_copy_or_transaction_brings_no_tenant_back()
    {
        await using var pool = Pool(2);
        foreach (var work in new Func<CancellationToken, Task>[]
        {
            soon => Of(Acme, pool).QueryAsync(new("SELECT tenant_id FROM users, pg_sleep(9)"), row => row.GetGuid(0), soon),
            soon => Of(Acme, pool).ExecuteBatchAsync([new("UPDATE users SET version = version + 1"), new("SELECT pg_sleep(9)")], soon),
            soon => StreamAsync(pool, soon),
            soon => TransactionAsync(pool, transaction => transaction.CreateCommand("SELECT pg_sleep(9)").ExecuteNonQueryAsync(soon), soon),
            soon => TransactionAsync(pool, transaction => transaction.ImportAsync("users", ["id"], _ => Task.Delay(9000, soon), soon), soon),
        })
        {
            using var soon = new CancellationTokenSource(150);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work(soon.Token));
            await AssertNoTenantAsync(pool, 2);
        }
    }

    [Fact]
    public async Task A_killed_connection_is_never_handed_out_again()
    {
        await using var pool = Pool(2);
        await using (var transaction = await Of(Acme, pool).BeginAsync(Cancellation))
        {
            await KillAsync($"pid = {transaction.Connection.ProcessID}");
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => RunAsync(transaction, "SELECT 1"));
        }

        var reading = Of(Globex, pool).QueryAsync(new("SELECT tenant_id FROM users, pg_sleep(9)"), row => row.GetGuid(0), Cancellation);
        while (await KillAsync("query LIKE '%pg_sleep(9)%'") == 0)
        {
            await Task.Delay(20, Cancellation);
        }

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => reading);
        await AssertNoTenantAsync(pool, 2);
    }

    [Fact]
    public async Task Many_cancelled_and_killed_at_random_show_no_foreign_row()
    {
        await using var pool = Pool(2);
        using var done = new CancellationTokenSource();
        var killer = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await Task.Delay(150);
                await KillAsync($"usename = '{Fixture.Database.RuntimeRole}'");
            }
        });
        var workers = await Task.WhenAll(Enumerable.Range(0, 6).Select(seed => Task.Run(() => WorkAsync(pool, new Random(seed)))));
        await done.CancelAsync();
        await killer;

        Assert.Equal(0, workers.Sum(worker => worker.Foreign));
        Assert.True(workers.Sum(worker => worker.Read) > 0 && workers.Sum(worker => worker.Failed) > 0);
        pool.Clear();
        await AssertNoTenantAsync(pool, 2);
    }

    private async Task<(int Read, int Foreign, int Failed)> WorkAsync(NpgsqlDataSource pool, Random random)
    {
        var (read, foreign, failed) = (0, 0, 0);
        for (var i = 0; i < 40 || (i < 1000 && (read == 0 || failed == 0)); i++)
        {
            var tenant = random.Next(2) == 0 ? Acme : Globex;
            using var soon = new CancellationTokenSource();
            if (random.Next(2) == 0)
            {
                soon.CancelAfter(random.Next(1, 40));
            }

            try
            {
                var rows = await Of(tenant, pool).QueryAsync(new(random.Next(2) == 0 ? Slow : "SELECT tenant_id FROM users"), row => row.GetGuid(0), soon.Token);
                read += rows.Count;
                foreign += rows.Count(id => id != tenant.Value);
            }
            catch (Exception e) when (e is OperationCanceledException or NpgsqlException)
            {
                failed++;
            }
        }

        return (read, foreign, failed);
    }

    private async Task StreamAsync(NpgsqlDataSource pool, CancellationToken cancellation)
    {
        await foreach (var _ in Of(Acme, pool).StreamAsync(new("SELECT tenant_id, pg_sleep(0.1) FROM users"), row => row.GetGuid(0), cancellation))
        {
        }
    }

    private async Task TransactionAsync(NpgsqlDataSource pool, Func<TenantTransaction, Task> work, CancellationToken cancellation)
    {
        await using var transaction = await Of(Acme, pool).BeginAsync(cancellation);
        await work(transaction);
    }

    private Task<long> KillAsync(string which) => Fixture.Database.AskAsync<long>(
        $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}");
}
