using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell.Protocol;
using Tessera.Cell.Realms;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.Cell;

public sealed class TokensOnSqlite(SqliteCell cell) : TokenTests(cell), IClassFixture<SqliteCell>;

public sealed class TokensOnPostgres(PostgresCell cell) : TokenTests(cell), IClassFixture<PostgresCell>;

public abstract class TokenTests(CellFixture cell) : CellTests(cell)
{
    [Fact]
    public async Task A_code_is_good_once_and_a_second_try_ends_what_the_first_was_given()
    {
        var code = await Acme.CodeAsync((await Acme.SignInAsync(Ada, AcmePassword))!);
        using var first = await Acme.RedeemAsync(code!);
        var tokens = await Tokens.ReadAsync(first);
        using var second = await Acme.RedeemAsync(code!);
        Assert.Equal("invalid_grant", await ErrorAsync(second));
        using var refreshed = await Acme.RefreshAsync(tokens.Refresh!);
        Assert.Equal("invalid_grant", await ErrorAsync(refreshed));
    }

    [Fact]
    public async Task A_code_without_its_verifier_is_worth_nothing()
    {
        var code = await Acme.CodeAsync((await Acme.SignInAsync(Ada, AcmePassword))!);
        using var response = await Acme.PostAsync($"{Acme.Issuer}/oauth2/token", new()
        {
            ["grant_type"] = "authorization_code", ["code"] = code!, ["redirect_uri"] = CellTenant.RedirectUri,
            ["client_id"] = Acme.Client.ClientId.Value, ["code_verifier"] = new string('x', 43),
        });
        Assert.Equal("invalid_grant", await ErrorAsync(response));
    }

    [Theory]
    [InlineData("code_challenge", "")]
    [InlineData("code_challenge_method", "plain")]
    public async Task Authorize_refuses_a_request_without_S256(string parameter, string value)
    {
        var cookie = await Acme.SignInAsync(Ada, AcmePassword);
        using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, (parameter, value))}", cookie);
        Assert.StartsWith(CellTenant.RedirectUri + "?error=invalid_request", response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_token_is_replaced_at_each_use()
    {
        var first = await Acme.TokensAsync(Ada, AcmePassword);
        using var response = await Acme.RefreshAsync(first.Refresh!);
        var second = await Tokens.ReadAsync(response);
        Assert.NotEqual(first.Refresh, second.Refresh);
        Assert.Equal(Acme.Id.ToString(), Tokens.Claims(second.Access).GetProperty("tenant_id").GetString());
        Assert.Equal(Tokens.Claims(first.Access).GetProperty("auth_time").GetInt64(), Tokens.Claims(second.Access).GetProperty("auth_time").GetInt64());
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_the_tokens_it_gave()
    {
        var cookie = await Acme.SignInAsync(Ada, AcmePassword);
        var tokens = await Acme.TokensAsync(cookie!);
        using var response = await Acme.GetAsync($"{Acme.SignIn}/logout?id_token_hint={tokens.Id}&post_logout_redirect_uri=https%3A%2F%2Fapp.test%2Fout&state=x", cookie);
        Assert.Equal("https://app.test/out?state=x", response.Headers.Location!.ToString());
        Assert.Null(await Acme.CodeAsync(cookie!));
        using var refreshed = await Acme.RefreshAsync(tokens.Refresh!);
        Assert.Equal("invalid_grant", await ErrorAsync(refreshed));
        using var info = await Acme.GetAsync($"{Acme.Issuer}/oauth2/userInfo", bearer: tokens.Access);
        Assert.Equal(HttpStatusCode.Unauthorized, info.StatusCode);
    }

    [Fact]
    public async Task A_hint_that_names_another_account_gets_no_code_for_the_one_that_is_signed_in()
    {
        var other = await Acme.AddAccountAsync($"{Guid.NewGuid():N}@example.com", AcmePassword);
        var hint = (await Acme.TokensAsync(other.Username, AcmePassword)).Id;
        var cookie = await Acme.SignInAsync(Ada, AcmePassword);
        var own = (await Acme.TokensAsync(cookie!)).Id;
        Assert.Null(await Acme.CodeAsync(cookie!, ("id_token_hint", hint!)));
        Assert.NotNull(await Acme.CodeAsync(cookie!, ("id_token_hint", own!)));
    }

    [Fact]
    public async Task A_link_signs_nobody_out_without_asking()
    {
        var cookie = await Acme.SignInAsync(Ada, AcmePassword);
        using var asked = await Acme.GetAsync($"{Acme.SignIn}/logout", cookie);
        Assert.Equal(HttpStatusCode.OK, asked.StatusCode);
        Assert.Contains("Sign out of acme?", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotNull(await Acme.CodeAsync(cookie!));
        using var confirmed = await Acme.PostAsync($"{Acme.SignIn}/logout", new() { ["confirm"] = "yes" }, cookie);
        Assert.Equal(HttpStatusCode.Redirect, confirmed.StatusCode);
        Assert.Null(await Acme.CodeAsync(cookie!));
    }

    [Fact]
    public async Task A_revoked_refresh_token_is_worth_nothing()
    {
        var tokens = await Acme.TokensAsync(Ada, AcmePassword);
        using var revoked = await Acme.PostAsync($"{Acme.Issuer}/oauth2/revoke", new() { ["token"] = tokens.Refresh!, ["client_id"] = Acme.Client.ClientId.Value });
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        using var refreshed = await Acme.RefreshAsync(tokens.Refresh!);
        Assert.Equal("invalid_grant", await ErrorAsync(refreshed));
        using var info = await Acme.GetAsync($"{Acme.Issuer}/oauth2/userInfo", bearer: tokens.Access);
        Assert.Equal(HttpStatusCode.Unauthorized, info.StatusCode);
    }

    // RFC 7009, section 2.2: what is no good any more is answered as what was revoked, and its holder meant to end it all.
    [Fact]
    public async Task Revoking_a_spent_refresh_token_ends_what_came_of_it()
    {
        var spent = await Acme.TokensAsync(Ada, AcmePassword);
        using var response = await Acme.RefreshAsync(spent.Refresh!);
        var present = await Tokens.ReadAsync(response);
        Cell.Time.Forward(ProtocolSetup.RefreshLeeway + TimeSpan.FromSeconds(1));
        foreach (var token in new[] { spent.Refresh!, spent.Refresh!, "no such token", "" + new string('a', 43) })
        {
            using var revoked = await Acme.PostAsync($"{Acme.Issuer}/oauth2/revoke", new() { ["token"] = token, ["client_id"] = Acme.Client.ClientId.Value });
            Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        }

        using var refreshed = await Acme.RefreshAsync(present.Refresh!);
        Assert.Equal("invalid_grant", await ErrorAsync(refreshed));
        using var info = await Acme.GetAsync($"{Acme.Issuer}/oauth2/userInfo", bearer: present.Access);
        Assert.Equal(HttpStatusCode.Unauthorized, info.StatusCode);
    }

    [Fact]
    public async Task A_machine_gets_a_token_of_its_own_tenant_and_no_other_secret_gets_one()
    {
        var secret = Secret;
        var hash = HashOf(secret);
        var initech = await Cell.AddTenantAsync("initech", client =>
        {
            client.SecretHash = hash;
            client.GrantTypes.Clear();
            client.GrantTypes.Add("client_credentials");
        });
        Dictionary<string, string> form = new() { ["grant_type"] = "client_credentials", ["client_id"] = initech.Client.ClientId.Value, ["client_secret"] = secret, ["scope"] = "orders" };
        using var response = await initech.PostAsync($"{initech.Issuer}/oauth2/token", form);
        var claims = Tokens.Claims((await Tokens.ReadAsync(response)).Access);
        Assert.Equal(initech.Id.ToString(), claims.GetProperty("tenant_id").GetString());
        Assert.Equal(initech.Client.ClientId.Value, claims.GetProperty("sub").GetString());
        using var wrong = await initech.PostAsync($"{initech.Issuer}/oauth2/token", new(form) { ["client_secret"] = new string('t', 43) });
        Assert.Equal("invalid_client", await ErrorAsync(wrong));
        using var elsewhere = await Acme.PostAsync($"{Acme.Issuer}/oauth2/token", form);
        Assert.Equal("invalid_client", await ErrorAsync(elsewhere));
        using var greedy = await initech.PostAsync($"{initech.Issuer}/oauth2/token", new(form) { ["scope"] = "orders admin" });
        Assert.Equal(HttpStatusCode.BadRequest, greedy.StatusCode);
    }

    [Fact]
    public async Task A_client_that_asks_for_RS256_gets_it_and_its_key_is_published()
    {
        var initech = await Cell.AddTenantAsync("hooli", client => client.SigningAlgorithm = "RS256");
        await initech.AddAccountAsync(Ada, "initech's own password");
        var tokens = await initech.TokensAsync(Ada, "initech's own password");
        var header = JsonDocument.Parse(Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(tokens.Access.Split('.')[0])).RootElement;
        Assert.Equal("RS256", header.GetProperty("alg").GetString());
        using var keys = JsonDocument.Parse(await (await initech.GetAsync($"{initech.Issuer}/.well-known/jwks.json")).Content.ReadAsStringAsync());
        Assert.Contains(keys.RootElement.GetProperty("keys").EnumerateArray(), key => key.GetProperty("kid").GetString() == header.GetProperty("kid").GetString());
    }

    [Fact]
    public async Task Prompt_and_max_age_and_login_hint_are_honoured()
    {
        var cookie = await Acme.SignInAsync(Ada, AcmePassword);
        using var none = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("prompt", "none"))}");
        Assert.Contains("error=login_required", none.Headers.Location!.Query, StringComparison.Ordinal);
        using var silent = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("prompt", "none"))}", cookie);
        Assert.Contains("code=", silent.Headers.Location!.Query, StringComparison.Ordinal);
        using var login = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("prompt", "login"), ("login_hint", Ada))}", cookie);
        Assert.StartsWith("/login?", login.Headers.Location!.ToString(), StringComparison.Ordinal);
        using var page = await Acme.GetAsync(Acme.SignIn + login.Headers.Location);
        Assert.Contains($"value=\"{Ada}\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);
        using var old = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("max_age", "0"))}", cookie);
        Assert.StartsWith("/login?", old.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_realm_that_is_elsewhere_is_misdirected_and_a_suspended_one_refuses()
    {
        using var elsewhere = await Acme.GetAsync($"{CellHost.AuthHost}/{RealmId.New("eu-central-1")}/.well-known/jwks.json");
        Assert.Equal(HttpStatusCode.MisdirectedRequest, elsewhere.StatusCode);
        using var unknownHost = await Acme.GetAsync("http://nowhere.auth.test:8400/login");
        Assert.Equal(HttpStatusCode.MisdirectedRequest, unknownHost.StatusCode);
        var umbrella = await Cell.AddTenantAsync("umbrella");
        (await Cell.PutRealmAsync(umbrella, TenantState.Suspended, epoch: 1)).EnsureSuccessStatusCode();
        using var suspended = await Acme.GetAsync($"{umbrella.Issuer}/.well-known/jwks.json");
        Assert.Equal(HttpStatusCode.Forbidden, suspended.StatusCode);
    }

    [Fact]
    public async Task What_cannot_be_written_because_its_tenant_is_suspended_is_no_failure_of_the_cell()
    {
        var sleepy = await Cell.AddTenantAsync("sleepy");
        var account = await sleepy.AddAccountAsync(Ada, AcmePassword);
        (await Cell.PutRealmAsync(sleepy, TenantState.Suspended, epoch: 1)).EnsureSuccessStatusCode();
        using var disabled = await sleepy.ChangeAccountAsync(account.Sub, new(Enabled: false));
        // Only PostgreSQL has a fence below the application.
        Assert.True(disabled.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{disabled.StatusCode}");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("99999999999999")]
    [InlineData("9223372036854775807")]
    public async Task A_max_age_beyond_all_measure_is_no_failure(string age)
    {
        var cookie = await Acme.SignInAsync(Ada, AcmePassword);
        using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, ("max_age", age))}", cookie);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
    }

    [Fact]
    public async Task A_sign_in_host_that_was_given_up_leads_nowhere_from_then_on()
    {
        var mover = await Cell.AddTenantAsync("mover");
        using var before = await Acme.GetAsync($"{mover.SignIn}/");
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        var elsewhere = new RealmSpec(mover.Realm, mover.Pool, "mover", "login.mover.test:8400", TenantState.Active, 1, mover.Id);
        using var moved = await Cell.CallAsync(HttpMethod.Put, $"/cell/realms/{mover.Realm}", elsewhere, WireJson.Default.RealmSpec, ServicePurpose.Provision, mover.Id);
        Assert.True(moved.IsSuccessStatusCode);
        using var after = await Acme.GetAsync($"{mover.SignIn}/");
        Assert.Equal(HttpStatusCode.MisdirectedRequest, after.StatusCode);
    }

    [Fact]
    public async Task What_was_read_before_a_change_is_not_kept_after_it()
    {
        var busy = await Cell.AddTenantAsync("busy");
        var realms = Cell.Services.GetRequiredService<RealmLookup>();
        for (var round = 0; round < 40; round++)
        {
            var state = round % 2 == 0 ? TenantState.Suspended : TenantState.Active;
            using var done = new CancellationTokenSource();
            var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    await realms.LookAsync(busy.SignInAuthority, CancellationToken.None);
                    await Task.Yield(); // what is kept is read without waiting: eight such circles would leave the change no thread
                }
            })).ToArray();
            (await Cell.PutRealmAsync(busy, state, epoch: 1)).EnsureSuccessStatusCode();
            await done.CancelAsync();
            await Task.WhenAll(readers);
            Assert.Equal(state == TenantState.Active ? RealmStanding.Active : RealmStanding.Suspended, (await realms.LookAsync(busy.SignInAuthority, CancellationToken.None))!.Standing);
        }
    }

    private static async Task<string?> ErrorAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return text.Length > 0 && JsonDocument.Parse(text).RootElement.TryGetProperty("error", out var error) ? error.GetString() : null;
    }
}
