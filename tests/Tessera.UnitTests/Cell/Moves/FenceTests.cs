using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Store;
using Tessera.Postgres.Rows;
using static Tessera.UnitTests.Cell.Moves.TestMove;

namespace Tessera.UnitTests.Cell.Moves;

/// <summary>After the fence nothing of the realm is committed, by whichever way it would be written.</summary>
public abstract class FenceTests(TwoCells cells)
{
    private const int Enough = 10;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_writers_that_go_on_through_the_fence_nothing_is_committed_after_it()
    {
        for (var round = 0; round < 4; round++)
        {
            var enough = new TaskCompletionSource();
            var move = await cells.PlanAsync();
            await move.BeginAsync();
            using var done = new CancellationTokenSource();
            var writers = Enumerable.Range(0, 8).Select(number => Task.Run(() => WriteUntilFencedAsync(move, number, enough, done.Token), Cancellation)).ToArray();
            await enough.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            var fenced = await move.FencedAsync();
            var written = await Task.WhenAll(writers).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            await done.CancelAsync();
            Assert.True(written.Sum() >= Enough);

            // What was acknowledged is what the fence told of, and what stands there still.
            var audit = fenced.Tables.Single(table => table.Table == "audit");
            Assert.Equal(await AuditRowsAsync(move), audit.Rows);
            Assert.Equal(written.Sum(), await WrittenAsync(move));
            var later = (await move.DigestAsync(move.Source)).Tables.Single(table => table.Table == "audit");
            Assert.Equal(audit.Hashes, later.Hashes);
        }
    }

    [Fact]
    public async Task No_kind_of_write_gets_past_the_fence_and_all_do_once_it_is_gone()
    {
        var move = await cells.PlanAsync();
        var store = move.Source.Services.GetRequiredService<CellStore>();
        var rows = RowsOf.InRealm(move.Tenant.Realm, 1);
        await move.BeginAsync();
        await move.FencedAsync();
        foreach (var write in Writes())
        {
            await using var db = store.Open(rows);
            await Assert.ThrowsAsync<WriteFencedException>(() => write(db));
        }

        await GoodAsync(move.UnfenceAsync());
        foreach (var write in Writes())
        {
            await using var db = store.Open(rows);
            await write(db);
            await using var stale = store.Open(RowsOf.InRealm(move.Tenant.Realm, 2));
            await Assert.ThrowsAsync<WriteFencedException>(() => write(stale));
        }
    }

    [Fact]
    public async Task A_transaction_that_began_before_the_fence_is_waited_for_and_what_it_wrote_is_there()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        var store = move.Source.Services.GetRequiredService<CellStore>();
        await using var db = store.Open(RowsOf.InRealm(move.Tenant.Realm, 1));
        await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
        db.Audit.Add(Row("test.early"));
        await db.SaveChangesAsync(Cancellation);
        var fencing = move.FencedAsync();
        await Task.Delay(300, Cancellation);
        Assert.False(fencing.IsCompleted);
        await transaction.CommitAsync(Cancellation);
        var fenced = await fencing;
        Assert.Equal(await AuditRowsAsync(move), fenced.Tables.Single(table => table.Table == "audit").Rows);
        Assert.Equal(1, await CountAsync(move, "test.early"));
    }

    [Fact]
    public async Task A_person_who_is_signing_in_while_it_is_fenced_is_told_nothing_wrong()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        await move.CopyAllAsync();
        using var done = new CancellationTokenSource();
        var people = Enumerable.Range(0, 4).Select(_ => Task.Run(() => SignInUntilAsync(move, done.Token), Cancellation)).ToArray();
        await Task.Delay(200, Cancellation);
        await move.CutOverAsync();
        await Task.Delay(300, Cancellation);
        await done.CancelAsync();
        Assert.All(await Task.WhenAll(people), signedIn => Assert.True(signedIn > 0));
    }

    // As a router does: what is misdirected is sent once to the cell that was named.
    private static async Task<int> SignInUntilAsync(TestMove move, CancellationToken stop)
    {
        for (var count = 0; ; count++)
        {
            if (stop.IsCancellationRequested)
            {
                return count;
            }

            if (await move.Tenant.SignInAsync(CellTests.Ada, CellTests.AcmePassword) is null)
            {
                Assert.NotNull(await move.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
            }
        }
    }

    private static async Task<int> WriteUntilFencedAsync(TestMove move, int number, TaskCompletionSource enough, CancellationToken stop)
    {
        var store = move.Source.Services.GetRequiredService<CellStore>();
        for (var count = 0; !stop.IsCancellationRequested; count++)
        {
            await using var db = store.Open(RowsOf.InRealm(move.Tenant.Realm, 1));
            db.Audit.Add(Row($"test.writer{number}"));
            try
            {
                await db.SaveChangesAsync(CancellationToken.None);
                if (count == Enough)
                {
                    enough.TrySetResult();
                }
            }
            catch (WriteFencedException)
            {
                return count;
            }
        }

        throw new InvalidOperationException("The writer was never fenced.");
    }

    private static IEnumerable<Func<CellDb, Task>> Writes() =>
    [
        async db =>
        {
            db.Audit.Add(Row("test.saved"));
            await db.SaveChangesAsync(Cancellation);
        },
        db => db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, "Another"), Cancellation),
        db => db.Sessions.ExecuteDeleteAsync(Cancellation),
        async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(Cancellation);
            await db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, "Another"), Cancellation);
            db.Audit.Add(Row("test.together"));
            await db.SaveChangesAsync(Cancellation);
            await transaction.CommitAsync(Cancellation);
        },
    ];

    private static AuditRow Row(string what) => new() { Id = Guid.CreateVersion7(), At = DateTimeOffset.UtcNow, Event = what };

    private static async Task<long> AuditRowsAsync(TestMove move)
    {
        await using var db = move.Source.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(move.Tenant.Realm, 1));
        return await db.Audit.LongCountAsync(Cancellation);
    }

    private static async Task<int> WrittenAsync(TestMove move)
    {
        await using var db = move.Source.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(move.Tenant.Realm, 1));
        return await db.Audit.CountAsync(row => row.Event.StartsWith("test.writer"), Cancellation);
    }

    private static async Task<int> CountAsync(TestMove move, string what)
    {
        await using var db = move.Source.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(move.Tenant.Realm, 1));
        return await db.Audit.CountAsync(row => row.Event == what, Cancellation);
    }
}

public sealed class SqliteFenceTests(SqliteCells cells) : FenceTests(cells), IClassFixture<SqliteCells>;

public sealed class PostgresFenceTests(PostgresCells cells) : FenceTests(cells), IClassFixture<PostgresCells>;
