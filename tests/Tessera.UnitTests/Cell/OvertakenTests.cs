using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Accounts;
using Tessera.Cell.Authorize;
using Tessera.Cell.Clients;
using Tessera.Cell.Realms;
using Tessera.Cell.Sessions;
using Tessera.Cell.Store;
using Tessera.Cell.Tokens;
using Tessera.Contracts.Provisioning;

namespace Tessera.UnitTests.Cell;

public sealed class OvertakenOnSqlite(SqliteCell cell) : OvertakenTests(cell), IClassFixture<SqliteCell>;

public sealed class OvertakenOnPostgres(PostgresCell cell) : OvertakenTests(cell), IClassFixture<PostgresCell>;

/// <summary>
/// Whoever signs in, or asks for a code, while an operator ends all that the account has: what is acknowledged as ended
/// stays ended. Each test stands in the middle of the one request while the other happens.
/// </summary>
public abstract class OvertakenTests(CellFixture cell) : CellTests(cell)
{
    private const string First = "the first password";
    private const string Second = "the second password";

    public static TheoryData<string> Endings() => ["a new password", "disabled", "signed out"];

    [Theory]
    [MemberData(nameof(Endings))]
    public async Task No_grant_comes_out_of_a_session_that_has_ended_meanwhile(string ending)
    {
        var account = await Acme.AddAccountAsync($"{Guid.NewGuid():N}@example.com", First);
        var cookie = (await Acme.SignInAsync(account.Username, First))!;
        await using var request = await RequestAsync();
        var signedIn = await Of<SessionBook>(request).FindAsync(Context(request, cookie), default);
        var client = await Of<ClientLookup>(request).GetAsync(Acme.Client.ClientId.Value, default);

        await EndAsync(ending, account.Sub, cookie);

        Of<GrantBook>(request).Open(signedIn!, new Person(signedIn!.Account, Acme.Id, Membership: null), client, ["openid"]);
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => Of<CellDb>(request).SaveChangesAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("a new password")]
    [InlineData("disabled")]
    public async Task No_session_comes_out_of_a_password_that_was_checked_before(string ending)
    {
        var account = await Acme.AddAccountAsync($"{Guid.NewGuid():N}@example.com", First);
        await using var request = await RequestAsync();
        var found = await Of<AccountLookup>(request).FindByUsernameAsync(account.Username, default);

        await EndAsync(ending, account.Sub, cookie: "");

        var context = Context(request, cookie: null);
        Assert.False(await Of<SessionBook>(request).BeginAsync(context, found!, default));
        var given = context.Response.Headers.SetCookie.First()!.Split(';')[0];
        Assert.Null(await Acme.CodeAsync(given));
        await Acme.ChangeAccountAsync(account.Sub, new AccountChange(Enabled: true));
        Assert.Null(await Acme.CodeAsync(given));
    }

    [Fact]
    public async Task Signing_in_often_at_once_is_no_conflict()
    {
        var account = await Acme.AddAccountAsync($"{Guid.NewGuid():N}@example.com", First);
        var cookies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Acme.SignInAsync(account.Username, First)));
        Assert.All(cookies, Assert.NotNull);
        var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Acme.CodeAsync(cookies[0]!)));
        Assert.All(codes, Assert.NotNull);
    }

    private async Task EndAsync(string ending, Guid sub, string cookie)
    {
        using var ended = ending switch
        {
            "a new password" => await Acme.ChangeAccountAsync(sub, new AccountChange(Password: Second)),
            "disabled" => await Acme.ChangeAccountAsync(sub, new AccountChange(Enabled: false)),
            _ => await Acme.PostAsync($"{Acme.SignIn}/logout", new() { ["confirm"] = "yes" }, cookie),
        };
        Assert.True(ended.StatusCode is HttpStatusCode.OK or HttpStatusCode.Redirect);
    }

    // What the cell has of one request once its realm is known.
    private async Task<AsyncServiceScope> RequestAsync()
    {
        var request = Cell.Services.CreateAsyncScope();
        Of<RealmScope>(request).Set((await Cell.Services.GetRequiredService<RealmLookup>().FindAsync(Acme.Realm, default))!);
        return request;
    }

    private static T Of<T>(AsyncServiceScope request) where T : notnull => request.ServiceProvider.GetRequiredService<T>();

    private static DefaultHttpContext Context(AsyncServiceScope request, string? cookie)
    {
        var context = new DefaultHttpContext { RequestServices = request.ServiceProvider };
        if (cookie is not null)
        {
            context.Request.Headers.Cookie = cookie;
        }

        return context;
    }
}
