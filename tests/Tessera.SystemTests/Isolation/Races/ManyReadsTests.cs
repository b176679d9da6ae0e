using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Tessera.Contracts.Ids;
using Tessera.Postgres.Schema;
using Tessera.Postgres.Tenants;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation.Races;

/// <summary>
/// Fifty tenants over a pool of two connections, which are never reset, with reads given up at any moment. Nobody ever
/// reads a row of another. <c>TESSERA_TEST_READS=1000000</c> makes it a million.
/// </summary>
public sealed class ManyReadsTests
{
    private const int Tenants = 50;
    private const int RowsEach = 4;
    private const int Workers = 16;
    private static readonly int Reads = int.TryParse(Environment.GetEnvironmentVariable("TESSERA_TEST_READS"), NumberStyles.None, CultureInfo.InvariantCulture, out var reads) ? reads : 60_000;
    private readonly TenantId[] _tenants = [.. Enumerable.Range(0, Tenants).Select(_ => TenantId.New())];
    private int _finished;
    private int _cancelled;
    private int _rows;
    private int _foreign;

    [Fact]
    public async Task No_read_ever_finds_a_row_of_another_tenant_whatever_is_cancelled()
    {
        await using var server = new TestPostgres();
        var (runtime, owner) = await server.CreateAsync();
        await MakeAsync(owner, new NpgsqlConnectionStringBuilder(runtime).Username!);
        await using var pool = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(runtime) { MaxPoolSize = 2, NoResetOnClose = true, Timeout = 60, MaxAutoPrepare = 4 }.ConnectionString);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(pool, new Random(worker), Reads / Workers))));

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{_finished} reads by {Tenants} tenants over 2 connections, {_cancelled} given up midway, {_rows} rows in {clock.Elapsed.TotalSeconds:F0} s: {_foreign} foreign");
        Assert.Equal(0, _foreign);
        Assert.True(_finished + _cancelled >= Reads / Workers * Workers && _cancelled > Reads / 1000, $"{_finished} reads, {_cancelled} given up.");
        await using var nobody = pool.CreateCommand("SELECT count(*) FROM papers");
        Assert.Equal(0L, await nobody.ExecuteScalarAsync());
    }

    private async Task WorkAsync(NpgsqlDataSource pool, Random random, int reads)
    {
        for (var i = 0; i < reads; i++)
        {
            var tenant = _tenants[random.Next(Tenants)];
            using var soon = new CancellationTokenSource();
            if (random.Next(50) == 0)
            {
                // Sometimes before it is sent, sometimes while the server works at it.
                soon.CancelAfter(TimeSpan.FromMilliseconds(random.NextDouble() * 3));
            }

            try
            {
                var found = await ReadAsync(pool, tenant, random.Next(25), soon.Token);
                Interlocked.Add(ref _rows, found.Count);
                Interlocked.Add(ref _foreign, found.Count(row => row != (tenant.Value, $"paper of {tenant}")));
                Interlocked.Add(ref _foreign, found.Count == RowsEach ? 0 : 1); // a row too few was somebody's too
                Interlocked.Increment(ref _finished);
            }
            catch (Exception e) when (soon.IsCancellationRequested && e is OperationCanceledException or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled })
            {
                Interlocked.Increment(ref _cancelled);
            }
        }
    }

    // Mostly the single batch; now and then a transaction, one that is dropped, and a statement that fails.
    private static async Task<IReadOnlyList<(Guid Tenant, string Text)>> ReadAsync(NpgsqlDataSource pool, TenantId tenant, int way, CancellationToken cancellation)
    {
        var scope = new TenantScope();
        scope.Set(tenant);
        var database = new TenantDatabase(pool, scope);
        switch (way)
        {
            case 0:
                await using (var transaction = await database.BeginAsync(cancellation))
                {
                    await using var command = transaction.CreateCommand("SELECT tenant_id, text FROM papers");
                    await using var reader = await command.ExecuteReaderAsync(cancellation);
                    var rows = new List<(Guid, string)>();
                    while (await reader.ReadAsync(cancellation))
                    {
                        rows.Add(Row(reader));
                    }

                    return rows; // never committed
                }

            case 1:
                await Assert.ThrowsAsync<PostgresException>(() => database.QueryAsync(new NpgsqlBatchCommand("SELECT 1/0 FROM papers"), Row, CancellationToken.None));
                goto default;
            case 2:
                return await database.QueryAsync(new NpgsqlBatchCommand("SELECT tenant_id, text FROM papers, pg_sleep(0.001)"), Row, cancellation);
            default:
                return await database.QueryAsync(new NpgsqlBatchCommand("SELECT tenant_id, text FROM papers"), Row, cancellation);
        }
    }

    private static (Guid Tenant, string Text) Row(NpgsqlDataReader row) => (row.GetGuid(0), row.GetString(1));

    private async Task MakeAsync(string owner, string runtimeRole)
    {
        await using var source = NpgsqlDataSource.Create(owner);
        await using var made = source.CreateCommand($"""
            CREATE TABLE papers (tenant_id uuid NOT NULL, id int NOT NULL, text text NOT NULL, PRIMARY KEY (tenant_id, id));
            INSERT INTO papers SELECT tenant, id, 'paper of ' || tenant FROM unnest(ARRAY[{string.Join(',', _tenants.Select(tenant => $"'{tenant}'"))}]::uuid[]) AS t (tenant), generate_series(1, {RowsEach}) AS g (id);
            GRANT SELECT ON papers TO {runtimeRole};
            {RowSecuritySql.ProtectTenant("papers")}
            """);
        await made.ExecuteNonQueryAsync();
    }
}
