using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Moves.Rows;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;
using static Tessera.UnitTests.Cell.Moves.TestMove;

namespace Tessera.UnitTests.Cell.Moves;

/// <summary>Rows travel sealed for one move, and none but such as the model has.</summary>
public abstract class RowsTests(TwoCells cells)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_realm_owned_table_travels_or_says_why_not()
    {
        await using var db = cells.Eu.Services.GetRequiredService<CellStore>().Open(RowsOf.Cell);
        var travelling = cells.Eu.Services.GetRequiredService<TravellingTables>().All.ToDictionary(table => table.Name);
        var owned = db.Model.GetEntityTypes().Where(type => typeof(IRealmOwned).IsAssignableFrom(type.ClrType)).ToList();
        Assert.True(owned.Count >= 15);
        foreach (var type in owned)
        {
            Assert.True(travelling.ContainsKey(type.GetTableName()!) != TravellingTables.Stay.ContainsKey(type.ClrType), $"{type.GetTableName()} neither travels nor stays.");
        }

        Assert.Equal(owned.Count, travelling.Count + TravellingTables.Stay.Count);
        Assert.All(TravellingTables.Stay.Values, Assert.NotEmpty);
    }

    [Fact]
    public async Task Every_column_of_a_travelling_table_travels_and_of_the_realms_own_what_is_its_own()
    {
        await using var db = cells.Eu.Services.GetRequiredService<CellStore>().Open(RowsOf.Cell);
        foreach (var table in cells.Eu.Services.GetRequiredService<TravellingTables>().All)
        {
            var type = db.Model.GetEntityTypes().Single(type => type.GetTableName() == table.Name);
            var columns = type.GetProperties().Where(property => property.Name != nameof(IRealmOwned.RealmId)
                && (type.ClrType != typeof(RealmRow) || !RealmTable.Stays.Contains(property.Name))).Select(property => property.GetColumnName());
            Assert.Equal(columns.Order(StringComparer.Ordinal), table.Columns.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task What_the_mover_carries_says_nothing_of_the_rows()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        using var page = await GoodAsync(move.RowsAsync(new RowsRequest("accounts")));
        Assert.Equal(RowsRequest.SealedPage, page.Content.Headers.ContentType!.MediaType);
        Assert.Equal(-1, (await page.Content.ReadAsByteArrayAsync(Cancellation)).AsSpan().IndexOf(Encoding.UTF8.GetBytes("ada@")));
    }

    [Fact]
    public async Task A_page_that_was_changed_anywhere_is_refused()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        using var answer = await GoodAsync(move.RowsAsync(new RowsRequest("accounts")));
        var page = await answer.Content.ReadAsByteArrayAsync(Cancellation);
        foreach (var at in new[] { 0, 3, 12, page.Length / 2, page.Length - 1 })
        {
            var changed = (byte[])page.Clone();
            changed[at] ^= 1;
            await RefusedAsync("rows_refused", move.TakeAsync(changed));
        }

        // The header speaks in the open, and cannot be made to say another table.
        await RefusedAsync("rows_refused", move.TakeAsync(Replace(page, "\"accounts\"", "\"sessions\"")));
        await RefusedAsync("rows_refused", move.TakeAsync([]));
        await RefusedAsync("rows_refused", move.TakeAsync(page[..^1]));
        await GoodAsync(move.TakeAsync(page));
    }

    [Fact]
    public async Task A_page_of_one_move_is_none_of_another_and_of_one_realm_none_of_another()
    {
        var (move, other) = (await cells.PlanAsync(), await cells.PlanAsync());
        await move.BeginAsync();
        await other.BeginAsync();
        using var answer = await GoodAsync(move.RowsAsync(new RowsRequest("accounts")));
        var page = await answer.Content.ReadAsByteArrayAsync(Cancellation);
        await RefusedAsync("rows_refused", other.TakeAsync(page));

        // Sealed for the very key of the other move, and yet this one's by what it says.
        var key = await KeyAsync(other);
        await RefusedAsync("rows_refused", other.TakeAsync(SealedRows.Seal(key, new PageHeader(move.Id, other.Tenant.Realm, "accounts", null, null, null), NoRows(move, "accounts"))));
        await RefusedAsync("rows_refused", other.TakeAsync(SealedRows.Seal(key, new PageHeader(other.Id, move.Tenant.Realm, "accounts", null, null, null), NoRows(move, "accounts"))));
        await GoodAsync(other.TakeAsync(SealedRows.Seal(key, new PageHeader(other.Id, other.Tenant.Realm, "accounts", null, null, null), NoRows(move, "accounts"))));
    }

    [Fact]
    public async Task What_is_not_asked_for_as_the_model_has_it_is_not_told()
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        foreach (var asked in new RowsRequest[]
        {
            new("realm_moves"), new("pools"), new("accounts; DROP TABLE accounts"), new("accounts", [64]), new("accounts", [-1]), new("accounts", []),
            new("accounts", null, "AAAA"), new("accounts", null, "é"), new("accounts", null, Text("[\"x\"]")), new("accounts", null, Text("[\"0' OR 1=1\"]")),
        })
        {
            await RefusedAsync("table_unknown", move.RowsAsync(asked));
        }
    }

    [Theory]
    [InlineData("unknown table")]
    [InlineData("unknown column")]
    [InlineData("a column less")]
    [InlineData("a value more")]
    [InlineData("another kind")]
    [InlineData("too long")]
    [InlineData("a NUL")]
    [InlineData("half a surrogate")]
    [InlineData("null where none may be")]
    [InlineData("twice")]
    [InlineData("beyond the page")]
    [InlineData("no JSON")]
    public async Task Rows_that_are_none_of_the_model_are_refused(string what)
    {
        var move = await cells.PlanAsync();
        await move.BeginAsync();
        var (table, columns, row) = ("accounts", Columns(move, "accounts"), AccountValues());
        var header = new PageHeader(move.Id, move.Tenant.Realm, table, null, null, null);
        object?[][] rows = [row];
        switch (what)
        {
            case "unknown table": header = header with { Table = "realm_moves" }; break;
            case "unknown column": columns[^1] = "realm_id"; break;
            case "a column less": columns = columns[..^1]; rows = [row[..^1]]; break;
            case "a value more": rows = [[.. row, 1]]; break;
            case "another kind": row[Array.IndexOf(columns, "enabled")] = 1; break;
            case "too long": row[Array.IndexOf(columns, "username")] = new string('x', 129); break;
            case "a NUL": row[Array.IndexOf(columns, "name")] = "a\0b"; break;
            case "half a surrogate": row[Array.IndexOf(columns, "name")] = "HALF"; break;
            case "null where none may be": row[Array.IndexOf(columns, "username")] = null; break;
            case "twice": rows = [row, row]; break;
            case "beyond the page": header = header with { UpTo = $"[\"{Guid.Empty}\"]" }; break;
        }

        var plain = JsonSerializer.Serialize(new { columns, rows }).Replace("HALF", "\\uD800", StringComparison.Ordinal);
        var page = SealedRows.Seal(await KeyAsync(move), header, Encoding.UTF8.GetBytes(what == "no JSON" ? plain[..^1] : plain));
        await RefusedAsync("rows_refused", move.TakeAsync(page));
        Assert.Equal(0, (await move.DigestAsync(move.Target)).Tables.Single(digest => digest.Table == table).Rows);
    }

    [Fact]
    public async Task Poisoned_names_and_values_stay_what_they_are()
    {
        var move = await cells.PlanAsync();
        string[] names = ["x');DROP/**/TABLE/**/accounts;--", "{0}{1:x}$1@p0\\\"'", "<script>alert(1)</script>", "%_" + new string('n', 126)];
        foreach (var name in names)
        {
            var account = new AccountSpec(name, CellTests.GlobexPassword, Name: name);
            await GoodAsync(move.Source.CallAsync(HttpMethod.Post, $"/cell/realms/{move.Tenant.Realm}/accounts", account, WireJson.Default.AccountSpec, ServicePurpose.Accounts, move.Tenant.Id));
        }

        await move.RunAsync();
        await using var db = move.Target.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(move.Tenant.Realm, 2));
        var arrived = await db.Accounts.Select(row => row.Username).ToListAsync(Cancellation);
        Assert.Equal(names.Append(CellTests.Ada).Order(StringComparer.Ordinal), arrived.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Many_rows_take_several_pages_and_what_goes_and_changes_meanwhile_is_caught_up_with()
    {
        var move = await cells.PlanAsync();
        var store = move.Source.Services.GetRequiredService<CellStore>();
        await using (var db = store.Open(RowsOf.InRealm(move.Tenant.Realm, 1)))
        {
            db.Audit.AddRange(Enumerable.Range(0, 3_000).Select(number => new AuditRow
            {
                Id = Guid.CreateVersion7(), At = DateTimeOffset.UtcNow, Event = "test.many", Detail = new string('d', 1000),
            }));
            await db.SaveChangesAsync(Cancellation);
        }

        await move.BeginAsync();
        using (var page = await GoodAsync(move.RowsAsync(new RowsRequest("audit"))))
        {
            Assert.True(page.Headers.Contains(RowsRequest.NextHeader));
        }

        await move.CopyAllAsync();
        await using (var db = store.Open(RowsOf.InRealm(move.Tenant.Realm, 1)))
        {
            Assert.True(await db.Audit.Where(row => row.Event == "test.many").Take(500).ExecuteDeleteAsync(Cancellation) > 0);
            await db.Accounts.ExecuteUpdateAsync(set => set.SetProperty(row => row.Name, "Ada, Countess"), Cancellation);
        }

        var fenced = await move.FencedAsync();
        Assert.InRange(await move.CopyDifferencesAsync(fenced), 2, 64 * 2);
        Assert.Equal(0, await move.CopyDifferencesAsync(fenced));
    }

    [Fact]
    public async Task A_user_name_that_changes_hands_while_it_is_copied_arrives_with_its_new_owner()
    {
        var move = await cells.PlanAsync();
        var first = await move.Tenant.AddAccountAsync("heir@example.com", CellTests.GlobexPassword);
        await move.Tenant.TokensAsync("heir@example.com", CellTests.GlobexPassword);
        await move.BeginAsync();
        await move.CopyAllAsync();
        using (var gone = await move.Source.CallAsync(HttpMethod.Delete, $"/cell/realms/{move.Tenant.Realm}/accounts/{first.Sub}", [], ServicePurpose.Accounts, move.Tenant.Id))
        {
            Assert.True(gone.IsSuccessStatusCode);
        }

        await move.Tenant.AddAccountAsync("heir@example.com", CellTests.AcmePassword);
        await move.CutOverAsync();
        Assert.NotNull(await move.There.SignInAsync("heir@example.com", CellTests.AcmePassword));
        Assert.Null(await move.There.SignInAsync("heir@example.com", CellTests.GlobexPassword));
    }

    [Fact]
    public void A_page_opens_with_its_own_key_alone()
    {
        using var target = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var header = new PageHeader(MoveId.New(), RealmId.New("eu-central-1"), "accounts", [1], null, null);
        var page = SealedRows.Seal(SealedRows.PointOf(target), header, "rows"u8);
        Assert.Equal("rows"u8.ToArray(), SealedRows.Open(target, page)!.Value.Rows);
        Assert.Null(SealedRows.Open(other, page));
        Assert.NotEqual(page, SealedRows.Seal(SealedRows.PointOf(target), header, "rows"u8));
    }

    private static string Text(string key) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    private static byte[] Replace(byte[] page, string what, string with)
    {
        var at = page.AsSpan().IndexOf(Encoding.UTF8.GetBytes(what));
        Assert.NotEqual(-1, at);
        return [.. page[..at], .. Encoding.UTF8.GetBytes(with), .. page[(at + what.Length)..]];
    }

    private static string[] Columns(TestMove move, string table) => [.. move.Source.Services.GetRequiredService<TravellingTables>().Find(table)!.Columns];

    private static byte[] NoRows(TestMove move, string table) => JsonSerializer.SerializeToUtf8Bytes(new { columns = Columns(move, table), rows = Array.Empty<object>() });

    private object?[] AccountValues() => [.. Columns(cells, "accounts").Select(column => (object?)(column switch
    {
        "sub" => Guid.CreateVersion7().ToString(),
        "enabled" => true,
        "created_at" => 1_700_000_000_000_000L,
        _ => "text",
    }))];

    private static string[] Columns(TwoCells cells, string table) => [.. cells.Eu.Services.GetRequiredService<TravellingTables>().Find(table)!.Columns];

    private static async Task<byte[]> KeyAsync(TestMove move)
    {
        using var response = await GoodAsync(move.ArriveAsync());
        return System.Buffers.Text.Base64Url.DecodeFromChars((await ReadAsync(response, move.Target, WireJson.Default.ArrivalReady)).SealingKey);
    }
}

public sealed class SqliteRowsTests(SqliteCells cells) : RowsTests(cells), IClassFixture<SqliteCells>;

public sealed class PostgresRowsTests(PostgresCells cells) : RowsTests(cells), IClassFixture<PostgresCells>;
