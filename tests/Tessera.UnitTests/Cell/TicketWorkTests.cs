using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.Abstractions;
using Tessera.Cell.Audit;
using Tessera.Cell.Authorize;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Cell.Tokens.Store;

namespace Tessera.UnitTests.Cell;

public sealed class TicketWorkOnSqlite(SqliteCell cell) : TicketWorkTests(cell), IClassFixture<SqliteCell>;

public sealed class TicketWorkOnPostgres(PostgresCell cell) : TicketWorkTests(cell), IClassFixture<PostgresCell>;

/// <summary>
/// What a request redeems, issues and records is committed together or not at all, whatever others do between its reading
/// and its writing. Each test stands in the middle of the one request while the other happens.
/// </summary>
public abstract class TicketWorkTests(CellFixture cell) : CellTests(cell)
{
    [Fact]
    public async Task A_refresh_whose_grant_is_ended_meanwhile_gives_and_records_nothing()
    {
        var tokens = await Acme.TokensAsync(Ada, AcmePassword);
        await using var request = await RequestAsync();
        var token = await RedeemAsync(request, tokens.Refresh!);
        await using (var other = await RequestAsync())
        {
            await Of<GrantBook>(other).EndAsync(token.AuthorizationId.ToString(), Cancellation);
        }

        var before = await CountAsync();
        Assert.Equal(TicketOutcome.GrantEnded, await IssueAsync(request, token));
        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task A_code_that_is_used_meanwhile_gives_and_records_nothing()
    {
        var code = await Acme.CodeAsync((await Acme.SignInAsync(Ada, AcmePassword))!);
        await using var request = await RequestAsync();
        var token = await RedeemAsync(request, code!);
        using var first = await Acme.RedeemAsync(code!);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        var before = await CountAsync();
        Assert.Equal(TicketOutcome.UsedMeanwhile, await IssueAsync(request, token));
        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task A_refresh_token_that_is_used_meanwhile_still_works_as_within_the_leeway()
    {
        var tokens = await Acme.TokensAsync(Ada, AcmePassword);
        await using var request = await RequestAsync();
        var token = await RedeemAsync(request, tokens.Refresh!);
        using var first = await Acme.RefreshAsync(tokens.Refresh!);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        var before = await CountAsync();
        Assert.Equal(TicketOutcome.Committed, await IssueAsync(request, token));
        Assert.Equal((before.Tokens + 1, before.Audit + 1), await CountAsync());
    }

    [Fact]
    public async Task Of_many_who_redeem_a_code_at_once_one_gets_tokens()
    {
        var code = await Acme.CodeAsync((await Acme.SignInAsync(Ada, AcmePassword))!);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Acme.RedeemAsync(code!)));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_ticket_of_another_realm_is_not_found()
    {
        var tokens = await Globex.TokensAsync(Ada, GlobexPassword);
        await using var request = await RequestAsync();
        Assert.Null(await Of<IOpenIddictTokenManager>(request).FindByReferenceIdAsync(tokens.Refresh!, Cancellation));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<TokenRow> RedeemAsync(AsyncServiceScope request, string ticket)
    {
        var tokens = Of<IOpenIddictTokenManager>(request);
        var token = Assert.IsType<TokenRow>(await tokens.FindByReferenceIdAsync(ticket, Cancellation));
        Of<TicketWork>(request).BeginIssue();
        Assert.True(await tokens.TryRedeemAsync(token, Cancellation));
        return token;
    }

    private static async Task<TicketOutcome> IssueAsync(AsyncServiceScope request, TokenRow redeemed)
    {
        Of<AuditTrail>(request).Record("token.refresh");
        await Of<IOpenIddictTokenManager>(request).CreateAsync(new OpenIddictTokenDescriptor
        {
            ApplicationId = redeemed.ApplicationId.ToString(), AuthorizationId = redeemed.AuthorizationId.ToString(), Subject = redeemed.Subject,
            Type = OpenIddictConstants.TokenTypeIdentifiers.RefreshToken, ReferenceId = Guid.NewGuid().ToString(), Payload = "sealed", ExpirationDate = DateTimeOffset.UtcNow.AddDays(1),
        }, Cancellation);
        return await Of<TicketWork>(request).CommitAsync(Cancellation);
    }

    private async Task<(int Tokens, int Audit)> CountAsync()
    {
        await using var request = await RequestAsync();
        var db = Of<CellDb>(request);
        return (await db.Tokens.CountAsync(Cancellation), await db.Audit.CountAsync(Cancellation));
    }

    // What the cell has of one request once its realm is known.
    private async Task<AsyncServiceScope> RequestAsync()
    {
        var request = Cell.Services.CreateAsyncScope();
        Of<RealmScope>(request).Set((await Cell.Services.GetRequiredService<RealmLookup>().FindAsync(Acme.Realm, default))!);
        return request;
    }

    private static T Of<T>(AsyncServiceScope request) where T : notnull => request.ServiceProvider.GetRequiredService<T>();
}
