using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Revocations;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Revocations;

namespace Tessera.UnitTests.Cell.Revocations;

public sealed class RevocationNoticesOnSqlite(HeardCellOnSqlite cell) : RevocationNoticeTests(cell), IClassFixture<HeardCellOnSqlite>;

public sealed class RevocationNoticesOnPostgres(HeardCellOnPostgres cell) : RevocationNoticeTests(cell), IClassFixture<HeardCellOnPostgres>;

/// <summary>Whatever ends tokens at a cell is told to the control plane, for APIs hear of it from there alone.</summary>
public abstract class RevocationNoticeTests(HeardCell cell) : CellTests(cell)
{
    [Fact]
    public async Task Signing_out_tells_of_the_session()
    {
        var (cookie, tokens) = await EnterAsync(Ada, AcmePassword);
        await SignOutAsync(cookie, tokens);
        AssertOf(tokens, await cell.NextAsync(), session: true);
        await DrainedAsync();
    }

    [Fact]
    public async Task A_new_sign_in_tells_of_the_session_it_takes_the_place_of()
    {
        var (cookie, tokens) = await EnterAsync(Ada, AcmePassword);
        using var again = await Acme.PostAsync($"{Acme.SignIn}/login{Acme.AuthorizeQuery()}", new() { ["username"] = Ada, ["password"] = AcmePassword }, cookie);
        AssertOf(tokens, await cell.NextAsync(), session: true);
    }

    [Fact]
    public async Task Revoking_a_refresh_token_tells_of_its_grant_and_not_of_the_session()
    {
        var (cookie, tokens) = await EnterAsync(Ada, AcmePassword);
        using var revoked = await Acme.PostAsync($"{Acme.Issuer}/oauth2/revoke", new() { ["token"] = tokens.Refresh!, ["client_id"] = Acme.Client.ClientId.Value });
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        AssertOf(tokens, await cell.NextAsync(), session: false);

        // What was granted elsewhere in the session goes on, and signing out still tells of it.
        using var other = await Acme.RedeemAsync((await Acme.CodeAsync(cookie))!);
        var second = await Tokens.ReadAsync(other);
        await SignOutAsync(cookie, second);
        AssertOf(second, await cell.NextAsync(), session: true);
        Assert.Empty(cell.Rest());
    }

    [Fact]
    public async Task A_code_or_refresh_token_that_is_used_twice_tells_of_its_grant()
    {
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        var code = (await Acme.CodeAsync(cookie))!;
        using var redeemed = await Acme.RedeemAsync(code);
        var tokens = await Tokens.ReadAsync(redeemed);
        using var twice = await Acme.RedeemAsync(code);
        Assert.Equal(HttpStatusCode.BadRequest, twice.StatusCode);
        AssertOf(tokens, await cell.NextAsync(), session: false);

        using var next = await Acme.RedeemAsync((await Acme.CodeAsync(cookie))!);
        tokens = await Tokens.ReadAsync(next);
        (await Acme.RefreshAsync(tokens.Refresh!)).Dispose();
        Cell.Time.Forward(TimeSpan.FromMinutes(2)); // past the leeway for an answer that was lost
        using var replayed = await Acme.RefreshAsync(tokens.Refresh!);
        Assert.Equal(HttpStatusCode.BadRequest, replayed.StatusCode);
        AssertOf(tokens, await cell.NextAsync(), session: false);
    }

    [Fact]
    public async Task A_new_password_being_disabled_and_being_deleted_tell_of_the_person()
    {
        var account = await Acme.AddAccountAsync($"{Guid.NewGuid():N}@example.com", AcmePassword);
        await EnterAsync(account.Username, AcmePassword);
        (await Acme.ChangeAccountAsync(account.Sub, new(Password: "another password"))).EnsureSuccessStatusCode();
        AssertOfPerson(Acme.Id, account.Sub, await cell.NextAsync());

        await EnterAsync(account.Username, "another password");
        (await Acme.ChangeAccountAsync(account.Sub, new(Enabled: false))).EnsureSuccessStatusCode();
        AssertOfPerson(Acme.Id, account.Sub, await cell.NextAsync());

        (await Acme.ChangeAccountAsync(account.Sub, new(Enabled: true))).EnsureSuccessStatusCode();
        await EnterAsync(account.Username, "another password");
        (await Cell.CallAsync(HttpMethod.Delete, $"/cell/realms/{Acme.Realm}/accounts/{account.Sub}", [], ServicePurpose.Accounts, Acme.Id)).EnsureSuccessStatusCode();
        AssertOfPerson(Acme.Id, account.Sub, await cell.NextAsync());
        await DrainedAsync();
        Assert.Empty(cell.Rest());
    }

    [Fact]
    public async Task A_shared_session_that_ends_is_told_for_every_tenant_it_was_used_for_and_an_ended_membership_for_its_own()
    {
        var shared = await SharedRealm.MakeAsync(Cell, $"shared-{Guid.NewGuid():N}"[..20]);
        var (initech, hooli) = (await shared.AddTenantAsync("initech"), await shared.AddTenantAsync("hooli"));
        var sam = await shared.AddMemberAsync(initech, "sam", "sam's own password");
        await shared.AddMemberAsync(hooli, "sam");
        var cookie = (await shared.People.SignInAsync("sam", "sam's own password"))!;
        async Task<Tokens> InAsync(string slug)
        {
            using var response = await shared.People.RedeemAsync((await shared.People.CodeAsync(cookie, ("tenant", slug)))!);
            return await Tokens.ReadAsync(response);
        }

        await InAsync("initech");
        var last = await InAsync("hooli");
        using var out_ = await shared.People.GetAsync($"{shared.People.SignIn}/logout?id_token_hint={last.Id}", cookie);
        RevocationNotice[] told = [await cell.NextAsync(), await cell.NextAsync()];
        Assert.Equal(new[] { initech, hooli }.ToHashSet(), told.Select(notice => notice.TenantId).ToHashSet());
        Assert.All(told, notice => Assert.Equal((sam.Sub.ToString(), Claim(last, "sid")), (notice.Subject, notice.Session)));

        cookie = (await shared.People.SignInAsync("sam", "sam's own password"))!;
        await InAsync("initech");
        await InAsync("hooli");
        (await shared.ChangeMemberAsync(hooli, sam.Sub, new AccountChange(Enabled: false))).EnsureSuccessStatusCode();
        AssertOfPerson(hooli, sam.Sub, await cell.NextAsync());
        (await shared.RemoveMemberAsync(initech, sam.Sub)).EnsureSuccessStatusCode();
        AssertOfPerson(initech, sam.Sub, await cell.NextAsync());
        Assert.Empty(cell.Rest());
    }

    [Fact]
    public async Task While_the_control_plane_is_away_people_sign_out_and_it_is_told_when_it_is_back()
    {
        var (cookie, tokens) = await EnterAsync(Ada, AcmePassword);
        await DrainedAsync();
        await cell.GoAwayAsync();
        await SignOutAsync(cookie, tokens);
        Assert.Equal(1, await QueuedAsync());
        await cell.ComeBackAsync();
        AssertOf(tokens, await cell.NextAsync(), session: true);
        await DrainedAsync();
    }

    [Fact]
    public async Task What_the_control_plane_does_not_take_is_told_again()
    {
        var (cookie, tokens) = await EnterAsync(Ada, AcmePassword);
        await DrainedAsync();
        var before = cell.Statements;
        cell.Answer = HttpStatusCode.ServiceUnavailable;
        await SignOutAsync(cookie, tokens);
        await UntilAsync(() => Task.FromResult(cell.Statements >= before + 2));
        Assert.Equal(1, await QueuedAsync());
        cell.Answer = HttpStatusCode.NoContent;
        AssertOf(tokens, await cell.NextAsync(), session: true);
        await DrainedAsync();
    }

    [Fact]
    public async Task What_was_not_told_before_the_tokens_expired_is_forgotten()
    {
        var (cookie, tokens) = await EnterAsync(Ada, AcmePassword);
        cell.Answer = HttpStatusCode.ServiceUnavailable;
        await SignOutAsync(cookie, tokens);
        Cell.Time.Forward(RevocationNotice.Matters);
        await DrainedAsync();
        cell.Answer = HttpStatusCode.NoContent;
        await Cell.Services.GetRequiredService<RevocationSender>().TellDueAsync(TestContext.Current.CancellationToken);
        Assert.Empty(cell.Rest());
    }

    [Fact]
    public async Task Many_that_end_together_are_told_together()
    {
        var entered = new List<(string Cookie, Tokens Tokens)>();
        for (var i = 0; i < 5; i++)
        {
            entered.Add(await EnterAsync(Ada, AcmePassword));
        }

        await cell.GoAwayAsync();
        foreach (var (cookie, tokens) in entered)
        {
            await SignOutAsync(cookie, tokens);
        }

        var before = cell.Statements;
        await cell.ComeBackAsync();
        await DrainedAsync();
        Assert.Equal((5, before + 1), (cell.Rest().Count, cell.Statements));
    }

    private static string? Claim(Tokens tokens, string name) => Tokens.Claims(tokens.Access).GetProperty(name).GetString();

    private static void AssertOfPerson(TenantId tenant, Guid sub, RevocationNotice told) =>
        Assert.Equal(new RevocationNotice(tenant, sub.ToString(), told.EndedAt), told);

    private void AssertOf(Tokens tokens, RevocationNotice told, bool session)
    {
        var now = Cell.Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.InRange(told.EndedAt, Tokens.Claims(tokens.Access).GetProperty("iat").GetInt64(), now + 1);
        Assert.Equal(
            new RevocationNotice(Acme.Id, Claim(tokens, "sub")!, told.EndedAt, session ? Claim(tokens, "sid") : null, session ? null : Claim(tokens, "oi_au_id")), told);
    }

    private async Task<(string Cookie, Tokens Tokens)> EnterAsync(string username, string password)
    {
        var cookie = (await Acme.SignInAsync(username, password))!;
        using var response = await Acme.RedeemAsync((await Acme.CodeAsync(cookie))!);
        return (cookie, await Tokens.ReadAsync(response));
    }

    private async Task SignOutAsync(string cookie, Tokens tokens)
    {
        using var response = await Acme.GetAsync($"{Acme.SignIn}/logout?id_token_hint={tokens.Id}", cookie);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
    }

    private Task DrainedAsync() => UntilAsync(async () => await QueuedAsync() == 0 && await LeftAsync() == 0);

    private async Task<int> QueuedAsync()
    {
        await using var db = Cell.Services.GetRequiredService<CellStore>().Open(RowsOf.Cell);
        return await db.RevocationQueue.CountAsync(TestContext.Current.CancellationToken);
    }

    private async Task<int> LeftAsync()
    {
        await using var db = Cell.Services.GetRequiredService<CellStore>().Open(RowsOf.InRealm(Acme.Realm, 1));
        return await db.RevocationNotices.CountAsync(TestContext.Current.CancellationToken);
    }

    private static async Task UntilAsync(Func<Task<bool>> done)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (await done())
            {
                return;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail("It did not come to pass.");
    }
}
