using System.Net;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tessera.Cell.BackChannel;
using Tessera.Cell.Store;

namespace Tessera.UnitTests.Cell.BackChannel;

/// <summary>A cell that may call this machine.</summary>
public sealed class SqliteCellThatCallsHome : CellFixture
{
    protected override Task<CellHost> StartAsync() => CellHost.StartAsync(more: "--Cell:AllowLoopbackCallbacks=true");
}

public sealed class PostgresCellThatCallsHome : CellFixture
{
    protected override async Task<CellHost> StartAsync()
    {
        var (runtime, owner) = await TestPostgres.CreateAsync();
        return await CellHost.StartAsync(runtime, owner, "--Cell:AllowLoopbackCallbacks=true");
    }
}

public sealed class BackChannelOnSqlite(SqliteCellThatCallsHome cell) : BackChannelTests(cell), IClassFixture<SqliteCellThatCallsHome>;

public sealed class BackChannelOnPostgres(PostgresCellThatCallsHome cell) : BackChannelTests(cell), IClassFixture<PostgresCellThatCallsHome>;

/// <summary>OpenID Connect Back-Channel Logout 1.0.</summary>
public abstract class BackChannelTests(CellFixture cell) : CellTests(cell)
{
    [Fact]
    public async Task Signing_out_tells_every_application_of_the_session_and_no_other()
    {
        await using var orders = await Application.StartAsync();
        await using var bills = await Application.StartAsync();
        await using var idle = await Application.StartAsync();
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        var (first, second) = (await EnterAsync(orders, cookie), await EnterAsync(bills, cookie));
        await ClientAsync(idle);
        using var out_ = await Acme.GetAsync($"{Acme.SignIn}/logout?id_token_hint={first.IdToken}", cookie);
        var told = Tokens.Claims(first.IdToken);
        foreach (var (application, client) in new[] { (orders, first.Client), (bills, second.Client) })
        {
            var token = await application.NextAsync();
            await AssertSignedAsync(token, client);
            var claims = Tokens.Claims(token);
            Assert.Equal((told.GetProperty("sub").GetString(), told.GetProperty("sid").GetString()), (claims.GetProperty("sub").GetString(), claims.GetProperty("sid").GetString()));
            Assert.Equal("{}", claims.GetProperty("events").GetProperty("http://schemas.openid.net/event/backchannel-logout").ToString());
            Assert.InRange(claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64(), 1, 120);
            Assert.True(claims.GetProperty("jti").GetString()!.Length > 0 && !claims.TryGetProperty("nonce", out _));
        }

        await Cell.Services.GetRequiredService<LogoutSender>().SendDueAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, 1, 0), (orders.Calls, bills.Calls, idle.Calls));
        Assert.Equal(0, await DueAsync());
    }

    [Fact]
    public async Task So_do_disabling_an_account_and_giving_it_another_password()
    {
        await using var application = await Application.StartAsync();
        var account = await Acme.AddAccountAsync($"{Guid.NewGuid():N}@example.com", AcmePassword);
        var first = await EnterAsync(application, (await Acme.SignInAsync(account.Username, AcmePassword))!);
        (await Acme.ChangeAccountAsync(account.Sub, new(Password: "another password"))).EnsureSuccessStatusCode();
        Assert.Equal(Sid(first.IdToken), Sid(await application.NextAsync()));
        var second = await EnterAsync(application, (await Acme.SignInAsync(account.Username, "another password"))!);
        (await Acme.ChangeAccountAsync(account.Sub, new(Enabled: false))).EnsureSuccessStatusCode();
        Assert.Equal(Sid(second.IdToken), Sid(await application.NextAsync()));
    }

    [Fact]
    public async Task An_application_that_is_away_is_told_later_and_one_that_stays_away_is_given_up()
    {
        await using var application = await Application.StartAsync();
        application.Answer = HttpStatusCode.ServiceUnavailable;
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        var entered = await EnterAsync(application, cookie);
        using var out_ = await Acme.GetAsync($"{Acme.SignIn}/logout?id_token_hint={entered.IdToken}", cookie);
        var failed = await application.NextAsync();
        application.Answer = HttpStatusCode.NoContent;
        var sender = Cell.Services.GetRequiredService<LogoutSender>();
        await UntilAsync(async () =>
        {
            Cell.Time.Forward(TimeSpan.FromMinutes(1));
            await sender.SendDueAsync(TestContext.Current.CancellationToken);
            return application.Calls >= 2;
        });
        var later = await application.NextAsync();
        Assert.Equal(Sid(failed), Sid(later));
        Assert.NotEqual(Tokens.Claims(failed).GetProperty("jti").GetString(), Tokens.Claims(later).GetProperty("jti").GetString());

        application.Answer = HttpStatusCode.BadRequest;
        cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        entered = await EnterAsync(application, cookie);
        using var again = await Acme.GetAsync($"{Acme.SignIn}/logout?id_token_hint={entered.IdToken}", cookie);
        await UntilAsync(async () =>
        {
            Cell.Time.Forward(TimeSpan.FromHours(4));
            await sender.SendDueAsync(TestContext.Current.CancellationToken);
            return await DueAsync() == 0;
        });
        Assert.Equal(2 + LogoutSender.MostTries, application.Calls);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var application = await Application.StartAsync();
        application.Answer = HttpStatusCode.Redirect;
        var cookie = (await Acme.SignInAsync(Ada, AcmePassword))!;
        var entered = await EnterAsync(application, cookie);
        using var out_ = await Acme.GetAsync($"{Acme.SignIn}/logout?id_token_hint={entered.IdToken}", cookie);
        await application.NextAsync();
        application.Answer = HttpStatusCode.OK;
        await UntilAsync(async () =>
        {
            Cell.Time.Forward(TimeSpan.FromMinutes(1));
            await Cell.Services.GetRequiredService<LogoutSender>().SendDueAsync(TestContext.Current.CancellationToken);
            return await DueAsync() == 0;
        });
        Assert.Equal((0, 2), (application.Followed, application.Calls)); // no answer of the kind that ends it
    }

    private static string? Sid(string token) => Tokens.Claims(token).GetProperty("sid").GetString();

    private static async Task UntilAsync(Func<Task<bool>> done)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            if (await done())
            {
                return;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail("It did not come to pass.");
    }

    private async Task<int> DueAsync()
    {
        await using var db = Cell.Services.GetRequiredService<CellStore>().Open(RowsOf.Cell);
        return await db.LogoutQueue.CountAsync(TestContext.Current.CancellationToken);
    }

    private Task<Tessera.Contracts.Provisioning.ClientSpec> ClientAsync(Application application) => Cell.AddClientAsync(Acme, draft => draft.BackchannelLogoutUri = application.Uri);

    private async Task<(string Client, string IdToken)> EnterAsync(Application application, string cookie)
    {
        var client = await ClientAsync(application);
        using var authorized = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("client_id", client.ClientId.Value))}", cookie);
        var code = QueryHelpers.ParseQuery(authorized.Headers.Location!.Query)["code"].ToString();
        using var response = await Acme.PostAsync($"{Acme.Issuer}/oauth2/token", new()
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = CellTenant.RedirectUri, ["client_id"] = client.ClientId.Value, ["code_verifier"] = CellTenant.Verifier,
        });
        return (client.ClientId.Value, (await Tokens.ReadAsync(response)).Id!);
    }

    private async Task AssertSignedAsync(string token, string client)
    {
        using var response = await Acme.GetAsync($"{Acme.Issuer}/.well-known/jwks.json");
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = Acme.Issuer, ValidAudience = client, IssuerSigningKeys = new JsonWebKeySet(await response.Content.ReadAsStringAsync()).GetSigningKeys(), ValidTypes = ["logout+jwt"],
            LifetimeValidator = (_, expires, _, _) => expires > Cell.Time.GetUtcNow().UtcDateTime,
        });
        Assert.True(result.IsValid, result.Exception?.ToString());
    }
}
