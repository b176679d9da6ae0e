using System.Security.Cryptography;
using CsCheck;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Keys;
using Tessera.Cell.Moves.Ledger;
using Tessera.Cell.Moves.Rows;
using Tessera.Cell.Store;
using Tessera.Contracts.Moves;
using static Tessera.UnitTests.Cell.Moves.TestMove;

namespace Tessera.UnitTests.Cell.Moves;

/// <summary>What a cell knows of a moving realm's rows is what they are, whoever wrote them and by whatever statement.</summary>
public abstract class LedgerTests(TwoCells cells)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_every_kind_of_write_the_digest_is_that_of_the_rows()
    {
        var move = await cells.PlanAsync();
        var cookie = await move.Tenant.SignInAsync(CellTests.Ada, CellTests.AcmePassword) ?? throw new InvalidOperationException();
        var tokens = await move.Tenant.TokensAsync(cookie);
        await move.BeginAsync();
        await SameAsync(move);

        await move.Tenant.AddAccountAsync("late@example.com", CellTests.GlobexPassword);
        await SameAsync(move);
        using (await GoodAsync(move.Tenant.RefreshAsync(tokens.Refresh!)))
        {
            await SameAsync(move);
        }

        var store = move.Source.Services.GetRequiredService<CellStore>();
        await using var db = store.Open(RowsOf.InRealm(move.Tenant.Realm, 1));
        foreach (var write in Writes(db))
        {
            Assert.True(await write() > 0);
            await SameAsync(move);
        }
    }

    [Fact]
    public async Task Nothing_is_noted_of_a_realm_that_no_move_has_in_hand()
    {
        var (move, other) = (await cells.PlanAsync(), await cells.PlanAsync());
        await move.BeginAsync();
        await other.Tenant.AddAccountAsync("late@example.com", CellTests.GlobexPassword);
        Assert.Equal(0, await NotesAsync(other));
        await move.Tenant.AddAccountAsync("late@example.com", CellTests.GlobexPassword);
        Assert.True(await NotesAsync(move) > 0);

        await GoodAsync(move.UnfenceAsync());
        await GoodAsync(move.EraseAsync());
        await move.Tenant.AddAccountAsync("later@example.com", CellTests.GlobexPassword);
        Assert.Equal(0, await NotesAsync(move));
    }

    [Fact]
    public async Task What_has_changed_or_gone_since_a_mark_is_told_and_nothing_else()
    {
        var move = await cells.PlanAsync();
        var gone = await move.Tenant.AddAccountAsync("gone@example.com", CellTests.GlobexPassword);
        await move.BeginAsync();
        await move.CopyAllAsync();
        var mark = (await move.DigestAsync(move.Source)).Mark;
        await move.Tenant.AddAccountAsync("late@example.com", CellTests.GlobexPassword);
        using (await GoodAsync(move.Source.CallAsync(HttpMethod.Delete, $"/cell/realms/{move.Tenant.Realm}/accounts/{gone.Sub}", [], Tessera.Contracts.Keys.ServicePurpose.Accounts, move.Tenant.Id)))
        {
            var fenced = await move.FencedAsync();
            Assert.InRange(fenced.Mark, mark + 2, mark + 10);
            await move.CopyChangesAsync("accounts", fenced.Mark);
            Assert.NotEqual(Accounts(fenced), Accounts(await move.DigestAsync(move.Target)));
            Assert.Equal(1, await move.CopyChangesAsync("accounts", mark));
            Assert.Equal(Accounts(fenced), Accounts(await move.DigestAsync(move.Target)));
            await move.CopyChangesAsync("audit", mark);
            Assert.True(RowSums.AreEqual(fenced.Tables, (await move.DigestAsync(move.Target)).Tables));
            await GoodAsync(move.ActivateAsync(fenced));
        }

        Assert.NotNull(await move.There.SignInAsync("late@example.com", CellTests.GlobexPassword));
        Assert.Null(await move.There.SignInAsync("gone@example.com", CellTests.GlobexPassword));
        Assert.Equal(0, await NotesAsync(move));
    }

    [Fact]
    public async Task Many_changes_take_several_pages()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        await move.CopyAllAsync();
        await using (var db = move.Source.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(move.Tenant.Realm, 1)))
        {
            db.Audit.AddRange(Enumerable.Range(0, 1_700).Select(_ => new AuditRow { Id = Guid.CreateVersion7(), At = DateTimeOffset.UtcNow, Event = "test.many" }));
            await db.SaveChangesAsync(Cancellation);
        }

        var fenced = await move.FencedAsync();
        Assert.Equal(4, await move.CopyChangesAsync("audit", 0));
        Assert.True(RowSums.AreEqual(fenced.Tables, (await move.DigestAsync(move.Target)).Tables));
    }

    [Fact]
    public async Task Long_rows_that_have_changed_make_shorter_pages()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        await move.CopyAllAsync();
        await using (var db = move.Source.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(move.Tenant.Realm, 1)))
        {
            var far = new string('p', 30_000);
            db.Tokens.AddRange(Enumerable.Range(0, 200).Select(_ => new TokenRow { Id = Guid.NewGuid(), ConcurrencyToken = $"{Guid.NewGuid()}", Payload = far }));
            await db.SaveChangesAsync(Cancellation);
        }

        var fenced = await move.FencedAsync();
        Assert.Equal(6, await move.CopyChangesAsync("tokens", 0)); // 6 MB, and no page takes more than four
        await move.CopyDifferencesAsync(fenced);
        await GoodAsync(move.ActivateAsync(fenced));
    }

    [Fact]
    public async Task A_row_written_at_the_target_behind_the_moves_back_shows()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        await move.CopyAllAsync();
        var fenced = await move.FenceAndCatchUpAsync();
        await using (var db = move.Target.Services.GetRequiredService<CellStore>().Open(RowsOf.Founding(move.Tenant.Realm)))
        {
            await db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, "Somebody else"), Cancellation);
        }

        await RefusedAsync("move_digest_differs", move.ActivateAsync(fenced));
    }

    // Of each kind one, over tables with keys of every kind.
    private static IEnumerable<Func<Task<int>>> Writes(CellDb db) =>
    [
        () => db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, "Ada, Countess"), Cancellation),
        () => db.Sessions.ExecuteUpdateAsync(set => set.SetProperty(row => row.CookieHash, RandomNumberGenerator.GetBytes(32)), Cancellation),
        () => db.Sessions.ExecuteDeleteAsync(Cancellation),
        () => db.Tokens.ExecuteDeleteAsync(Cancellation),
        () => db.Grants.ExecuteDeleteAsync(Cancellation),
        () => SaveAsync(db, new SpentAssertionRow { ClientId = "client", TokenIdHash = RandomNumberGenerator.GetBytes(32), ExpiresAt = DateTimeOffset.UtcNow }),
        () => SaveAsync(db, new FormerKeyRow { Kid = "k\"\\é", Jwk = "{}", Until = DateTimeOffset.UtcNow }),
        () => db.SpentAssertions.ExecuteDeleteAsync(Cancellation),
        () => db.Clients.ExecuteUpdateAsync(set => set.SetProperty(row => row.DisplayName, "Another"), Cancellation),
        () => db.Audit.ExecuteDeleteAsync(Cancellation),
    ];

    private static Task<int> SaveAsync<TRow>(CellDb db, TRow row) where TRow : class
    {
        db.Add(row);
        return db.SaveChangesAsync(Cancellation);
    }

    // By the ledger, and as if there were none.
    private static async Task SameAsync(TestMove move)
    {
        var told = await move.DigestAsync(move.Source);
        var services = move.Source.Services;
        await using var db = services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(move.Tenant.Realm, 1));
        var travel = new Travel(db, move.Tenant.Realm, await db.Moves.SingleAsync(row => row.MoveId == move.Id.Value, Cancellation), services.GetRequiredService<CellKeys>());
        foreach (var (table, known) in services.GetRequiredService<TravellingTables>().All.Zip(told.Tables))
        {
            var sums = new RowSums([]);
            for (var after = (string?)null; ;)
            {
                var (rows, upTo) = await table.ReadAsync(travel, new RowsRange(null, after, null), Cancellation);
                rows.ForEach(row => sums.Add(row.Bucket, SHA256.HashData(row.Values)));
                if ((after = upTo) is null)
                {
                    break;
                }
            }

            Assert.Equal(Text(sums.ToDigest(table.Name)), Text(known));
        }
    }

    private static string Accounts(MoveDigest digest) => Text(digest.Tables.Single(table => table.Table == "accounts"));

    private static string Text(TableDigest table) => $"{table.Table} {table.Rows} {string.Join(' ', table.Hashes)}";

    private static async Task<int> NotesAsync(TestMove move)
    {
        await using var db = move.Source.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(move.Tenant.Realm, 1));
        return await db.LedgerChanges.CountAsync(Cancellation);
    }
}

public sealed class SqliteLedgerTests(SqliteCells cells) : LedgerTests(cells), IClassFixture<SqliteCells>;

public sealed class PostgresLedgerTests(PostgresCells cells) : LedgerTests(cells), IClassFixture<PostgresCells>;

public sealed class RowSumsTests
{
    [Fact]
    public void Sums_are_the_same_in_whatever_order_rows_came_and_went() => Gen.Select(Gen.Byte.Array[32].Array[1, 20], Gen.Int[0, 63], Gen.Int).Sample((rows, bucket, seed) =>
    {
        var (one, other) = (new RowSums([]), new RowSums([]));
        foreach (var row in rows)
        {
            one.Add(bucket, row);
        }

        var mixed = (byte[][])rows.Clone();
        new Random(seed).Shuffle(mixed);
        other.Add(bucket, mixed[^1]);
        foreach (var row in mixed)
        {
            other.Add(bucket, row);
        }

        Assert.NotEqual(one.Rows, other.Rows);
        other.Remove(bucket, mixed[^1]);
        Assert.Equal(one.ToArray(), other.ToArray());
        Assert.Equal(one.ToArray(), new RowSums(other.ToArray(), other.Rows).ToArray());
    });

    [Fact]
    public void A_carry_goes_through_and_comes_back()
    {
        var (sums, most, one) = (new RowSums([]), Enumerable.Repeat((byte)255, 32).ToArray(), new byte[32]);
        one[0] = 1;
        sums.Add(5, most);
        sums.Add(5, one);
        Assert.All(sums.ToArray(), value => Assert.Equal(0, value));
        sums.Remove(5, one);
        Assert.Equal(most, sums.ToArray()[160..192]);
    }
}
