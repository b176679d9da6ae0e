using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tessera.Contracts.Ids;

namespace Tessera.UnitTests.Postgres;

/// <summary>Many tenants over few connections, with cancellations and errors in between.</summary>
public sealed class StressTests(NotebookFixture fixture) : IClassFixture<NotebookFixture>
{
    private const int Workers = 12;
    private const int Tenants = 60;
    private const int OperationsPerWorker = 250;

    [Fact]
    public async Task No_operation_ever_meets_another_tenants_row()
    {
        var tenants = Enumerable.Range(0, Tenants).Select(_ => TenantId.New()).ToArray();
        foreach (var tenant in tenants)
        {
            await fixture.SeedAsync(tenant, "stress");
        }

        await using var pool = NpgsqlDataSource.Create(fixture.Database.RuntimeConnection(poolSize: 4));
        var options = Notebook.Options(pool);
        var done = await Task.WhenAll(Enumerable.Range(0, Workers).Select(seed => Task.Run(() => WorkAsync(options, tenants, new Random(seed)))));

        Assert.Equal(0, done.Sum(d => d.Wrong));
        Assert.True(done.Sum(d => d.Finished) > Workers * OperationsPerWorker / 2);
        Assert.True(done.Sum(d => d.Cancelled) > 0);
        await using var none = Notebook.Of(options, null);
        Assert.Empty(await none.Users.ToListAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<(int Finished, int Cancelled, int Wrong)> WorkAsync(DbContextOptions<Notebook> options, TenantId[] tenants, Random random)
    {
        var (finished, cancelled, wrong) = (0, 0, 0);
        for (var i = 0; i < OperationsPerWorker; i++)
        {
            var (mine, other) = (tenants[random.Next(Tenants)], tenants[random.Next(Tenants)]);
            using var soon = new CancellationTokenSource();
            if (random.Next(4) == 0)
            {
                soon.CancelAfter(random.Next(1, 12));
            }

            await using var db = Notebook.Of(options, mine);
            try
            {
                wrong += await IsRightAsync(db, mine, other, random, soon.Token) ? 0 : 1;
                finished++;
            }
            catch (Exception e) when (soon.IsCancellationRequested && e is OperationCanceledException or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled })
            {
                cancelled++;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DivisionByZero)
            {
                finished++;
            }
            catch (DbUpdateConcurrencyException)
            {
                // Another worker of the same tenant was faster.
                finished++;
            }
        }

        return (finished, cancelled, wrong);
    }

    private static async Task<bool> IsRightAsync(Notebook db, TenantId mine, TenantId other, Random random, CancellationToken cancellation)
    {
        switch (random.Next(7))
        {
            case 0:
                return (await db.Users.AsNoTracking().ToListAsync(cancellation)) is { Count: 10 } users && users.TrueForAll(u => u.TenantId == mine.Value);
            case 1:
                return await db.Notes.CountAsync(cancellation) == 30;
            case 2:
                await db.Database.SqlQuery<int>($"SELECT 1/0 AS \"Value\"").ToListAsync(cancellation);
                return false;
            case 3:
                return (await db.Database.SqlQuery<Guid>($"SELECT tenant_id AS \"Value\" FROM users, pg_sleep(0.01) WHERE id = 1").ToListAsync(cancellation)).SequenceEqual([mine.Value]);
            case 4:
                long id = random.Next(1, 11);
                var user = await db.Users.SingleAsync(u => u.Id == id, cancellation);
                user.Version++;
                return user.TenantId == mine.Value && await db.SaveChangesAsync(cancellation) == 1;
            case 5:
                await using (var transaction = await db.Database.BeginTransactionAsync(cancellation))
                {
                    return await db.Users.Where(u => u.Id == 1).ExecuteUpdateAsync(set => set.SetProperty(u => u.Name, "mine"), cancellation) == 1
                        && (await db.Users.Select(u => u.TenantId).Distinct().ToListAsync(cancellation)).SequenceEqual([mine.Value]);
                }

            default:
                return mine == other || await db.Users.Where(u => u.TenantId == other.Value).ExecuteUpdateAsync(set => set.SetProperty(u => u.Name, "leak"), cancellation) == 0;
        }
    }
}
