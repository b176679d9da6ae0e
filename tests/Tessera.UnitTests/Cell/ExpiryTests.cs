using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Housekeeping;
using Tessera.Cell.Protocol;
using Tessera.Cell.Realms;

namespace Tessera.UnitTests.Cell;

public sealed class ExpiryOnSqlite(SqliteCell cell) : ExpiryTests(cell), IClassFixture<SqliteCell>;

public sealed class ExpiryOnPostgres(PostgresCell cell) : ExpiryTests(cell), IClassFixture<PostgresCell>;

/// <summary>What time does to tickets. The tests set the cell's clock forward, never back.</summary>
public abstract class ExpiryTests(CellFixture cell) : CellTests(cell)
{
    [Fact]
    public async Task A_refresh_token_used_again_within_the_leeway_still_works_and_later_ends_its_family()
    {
        var first = await Acme.TokensAsync(Ada, AcmePassword);
        using var used = await Acme.RefreshAsync(first.Refresh!);
        var second = await Tokens.ReadAsync(used);
        using var lostAnswer = await Acme.RefreshAsync(first.Refresh!);
        Assert.Equal(HttpStatusCode.OK, lostAnswer.StatusCode);

        Cell.Time.Forward(ProtocolSetup.RefreshLeeway + TimeSpan.FromSeconds(1));
        using var replayed = await Acme.RefreshAsync(first.Refresh!);
        Assert.Equal(HttpStatusCode.BadRequest, replayed.StatusCode);
        using var family = await Acme.RefreshAsync(second.Refresh!);
        Assert.Equal(HttpStatusCode.BadRequest, family.StatusCode);
        using var info = await Acme.GetAsync($"{Acme.Issuer}/oauth2/userInfo", bearer: second.Access);
        Assert.Equal(HttpStatusCode.Unauthorized, info.StatusCode);
    }

    [Fact]
    public async Task A_code_is_good_for_a_minute_and_an_access_token_for_an_hour()
    {
        var cookie = await Acme.SignInAsync(Ada, AcmePassword);
        var tokens = await Acme.TokensAsync(cookie!);
        var code = await Acme.CodeAsync(cookie!);
        Cell.Time.Forward(ProtocolSetup.CodeLife + TimeSpan.FromSeconds(1));
        using var late = await Acme.RedeemAsync(code!);
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
        using var good = await Acme.GetAsync($"{Acme.Issuer}/oauth2/userInfo", bearer: tokens.Access);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Cell.Time.Forward(ProtocolSetup.AccessTokenLife);
        using var expired = await Acme.GetAsync($"{Acme.Issuer}/oauth2/userInfo", bearer: tokens.Access);
        Assert.Equal(HttpStatusCode.Unauthorized, expired.StatusCode);
    }

    [Fact]
    public async Task Expired_sessions_end_and_are_swept_with_all_that_hung_on_them_and_nothing_else()
    {
        var cookie = await Acme.SignInAsync(Ada, AcmePassword);
        await Acme.TokensAsync(cookie!);
        Cell.Time.Forward(TimeSpan.FromHours(12) + TimeSpan.FromSeconds(1));
        Assert.Null(await Acme.CodeAsync(cookie!));

        Cell.Time.Forward(ProtocolSetup.RefreshTokenLife + TimeSpan.FromHours(2));
        var fresh = await Acme.TokensAsync(Ada, AcmePassword);
        var realm = await Cell.Services.GetRequiredService<RealmLookup>().FindAsync(Acme.Realm, CancellationToken.None);
        var sweeper = Cell.Services.GetRequiredService<RealmSweeper>();
        await sweeper.SweepAsync(realm!, CancellationToken.None);
        Assert.Equal(0, await sweeper.SweepAsync(realm!, CancellationToken.None));
        using var refreshed = await Acme.RefreshAsync(fresh.Refresh!);
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
    }
}
