using System.Net;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Routing;
using static Tessera.UnitTests.Cell.Moves.TestMove;

namespace Tessera.UnitTests.Cell.Moves;

/// <summary>A realm moves between two cells, and its people notice nothing.</summary>
public abstract class MoveTests(TwoCells cells)
{
    protected TwoCells Cells { get; } = cells;

    [Fact]
    public async Task All_that_a_person_holds_is_good_at_the_target_and_nothing_of_it_at_the_source()
    {
        var move = await Cells.PlanAsync();
        var here = move.Tenant;
        var cookie = await here.SignInAsync(CellTests.Ada, CellTests.AcmePassword) ?? throw new InvalidOperationException();
        var tokens = await here.TokensAsync(cookie);
        var code = await here.CodeAsync(cookie) ?? throw new InvalidOperationException();
        await move.RunAsync();

        using (var person = await move.There.GetAsync($"{here.Issuer}/oauth2/userInfo", bearer: tokens.Access))
        {
            Assert.Equal(HttpStatusCode.OK, person.StatusCode);
        }

        using (var redeemed = await move.There.RedeemAsync(code))
        {
            Assert.Equal(HttpStatusCode.OK, redeemed.StatusCode);
        }

        using (var refreshed = await move.There.RefreshAsync(tokens.Refresh!))
        {
            var fresh = await Tokens.ReadAsync(refreshed);
            Assert.Equal(Tokens.Claims(tokens.Access).GetProperty("sub").GetString(), Tokens.Claims(fresh.Access).GetProperty("sub").GetString());
            Assert.Equal(here.Issuer, Tokens.Claims(fresh.Access).GetProperty("iss").GetString());
        }

        Assert.NotNull(await move.There.CodeAsync(cookie));
        Assert.NotNull(await move.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));

        foreach (var request in new Func<Task<HttpResponseMessage>>[]
        {
            () => here.GetAsync($"{here.Issuer}/oauth2/userInfo", bearer: tokens.Access),
            () => here.RefreshAsync(tokens.Refresh!),
            () => here.RedeemAsync(code),
            () => here.GetAsync($"{here.SignIn}/oauth2/authorize{here.AuthorizeQuery()}", cookie),
            () => here.GetAsync($"{here.Issuer}/.well-known/jwks.json"),
        })
        {
            using var response = await request();
            Assert.Equal(HttpStatusCode.MisdirectedRequest, response.StatusCode);
            Assert.Equal("us-1", response.Headers.GetValues(MovedSpec.CellHeader).Single());
            Assert.Equal("2", response.Headers.GetValues(MovedSpec.EpochHeader).Single());
        }

        Assert.Null(await here.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
    }

    [Fact]
    public async Task It_moves_there_and_back_and_what_was_done_there_is_here()
    {
        var move = await Cells.PlanAsync();
        var cookie = await move.Tenant.SignInAsync(CellTests.Ada, CellTests.AcmePassword) ?? throw new InvalidOperationException();
        await move.RunAsync();
        await move.There.AddAccountAsync("grace@example.com", CellTests.GlobexPassword);
        var tokens = await move.There.TokensAsync(cookie);

        var back = await PlanAsync(move.There, Cells.Us, Cells.Eu, epoch: 2);
        await back.RunAsync();
        Assert.NotNull(await back.There.SignInAsync("grace@example.com", CellTests.GlobexPassword));
        using var refreshed = await back.There.RefreshAsync(tokens.Refresh!);
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
        using var person = await back.There.GetAsync($"{move.Tenant.Issuer}/oauth2/userInfo", bearer: tokens.Access);
        Assert.Equal(HttpStatusCode.OK, person.StatusCode);
        Assert.Null(await move.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
    }

    [Fact]
    public async Task A_suspended_realm_moves_suspended()
    {
        var move = await Cells.PlanAsync();
        await move.BeginAsync();
        (await move.Source.PutRealmAsync(move.Tenant, TenantState.Suspended, epoch: 1)).EnsureSuccessStatusCode();
        await move.CopyAllAsync();
        await move.CutOverAsync();
        using var shut = await move.There.GetAsync($"{move.Tenant.SignIn}/login{move.Tenant.AuthorizeQuery()}");
        Assert.Equal(HttpStatusCode.Forbidden, shut.StatusCode);
        (await move.Target.PutRealmAsync(move.There, TenantState.Active, epoch: 2)).EnsureSuccessStatusCode();
        Assert.NotNull(await move.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
    }

    [Fact]
    public async Task Digests_are_equal_secrets_included_and_one_changed_row_shows()
    {
        var move = await Cells.PlanAsync(client => client.MakeConfidential());
        await move.BeginAsync();
        await move.CopyAllAsync();
        var (there, here) = (await move.DigestAsync(move.Source), await move.DigestAsync(move.Target));
        Assert.Equal(there.Tables.Select(Text), here.Tables.Select(Text));
        Assert.All(there.Tables.Where(table => table.Table is "realms" or "accounts" or "clients" or "audit"), table => Assert.True(table.Rows > 0));

        await move.Tenant.AddAccountAsync("late@example.com", CellTests.GlobexPassword);
        var differing = (await move.DigestAsync(move.Source)).Tables.Zip(here.Tables).Where(pair => Text(pair.First) != Text(pair.Second)).Select(pair => pair.First.Table);
        Assert.Equal(["accounts", "audit"], differing.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_step_may_be_repeated()
    {
        var move = await Cells.PlanAsync();
        await move.Tenant.TokensAsync(CellTests.Ada, CellTests.AcmePassword);
        for (var twice = 0; twice < 2; twice++)
        {
            await move.BeginAsync();
        }

        await move.CopyAllAsync();
        await move.CopyAllAsync();
        await move.FencedAsync();
        var fenced = await move.FenceAndCatchUpAsync();
        await GoodAsync(move.ActivateAsync(fenced));
        await GoodAsync(move.ActivateAsync(fenced));
        await GoodAsync(move.MovedAsync());
        await GoodAsync(move.MovedAsync());
        await GoodAsync(move.PurgeAsync());
        await GoodAsync(move.PurgeAsync());
        await GoodAsync(move.MovedAsync());
        Assert.Equal(("purged", "active"), (await move.StateAsync(move.Source), await move.StateAsync(move.Target)));
        Assert.NotNull(await move.There.SignInAsync(CellTests.Ada, CellTests.AcmePassword));
    }

    private static string Text(TableDigest table) => $"{table.Table} {table.Rows} {string.Join(' ', table.Hashes)}";
}

public sealed class SqliteMoveTests(SqliteCells cells) : MoveTests(cells), IClassFixture<SqliteCells>;

public sealed class PostgresMoveTests(PostgresCells cells) : MoveTests(cells), IClassFixture<PostgresCells>;

public sealed class MixedMoveTests(MixedCells cells) : MoveTests(cells), IClassFixture<MixedCells>;
