using System.Net;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;

namespace Tessera.UnitTests.Cell;

public sealed class SharedRealmOnSqlite(SqliteCell cell) : SharedRealmTests(cell), IClassFixture<SqliteCell>;

public sealed class SharedRealmOnPostgres(PostgresCell cell) : SharedRealmTests(cell), IClassFixture<PostgresCell>;

/// <summary>One account with places in several tenants, and tokens that are each for exactly one of them.</summary>
public abstract class SharedRealmTests(CellFixture cell) : CellTests(cell), IAsyncLifetime
{
    private const string Sam = "sam@example.com";
    private const string Password = "sam's own password";
    private SharedRealm _realm = null!;
    private TenantId _initech;
    private TenantId _hooli;
    private TenantId _pied;
    private AccountRecord _sam = null!;

    private CellTenant People => _realm.People;

    public async ValueTask InitializeAsync()
    {
        _realm = await SharedRealm.MakeAsync(Cell, $"team{Guid.NewGuid():N}"[..12]);
        _initech = await _realm.AddTenantAsync("initech");
        _hooli = await _realm.AddTenantAsync("hooli");
        _pied = await _realm.AddTenantAsync("pied");
        _sam = await _realm.AddMemberAsync(_initech, Sam, Password, "Samir");
        await _realm.AddMemberAsync(_hooli, Sam, name: "Sam of Hooli");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("slug")]
    [InlineData("id")]
    public async Task One_account_is_one_sub_in_both_tenants_and_each_token_names_the_one_chosen(string by)
    {
        var cookie = await SignInAsync();
        var initech = Tokens.Claims((await People.TokensAsync(cookie, ("tenant", by == "id" ? _initech.ToString() : "initech"))).Access);
        var hooli = Tokens.Claims((await People.TokensAsync(cookie, ("tenant", by == "id" ? _hooli.ToString() : "hooli"))).Access);
        Assert.Equal(_sam.Sub.ToString(), initech.GetProperty("sub").GetString());
        Assert.Equal(initech.GetProperty("sub").GetString(), hooli.GetProperty("sub").GetString());
        Assert.Equal(_initech.ToString(), initech.GetProperty("tenant_id").GetString());
        Assert.Equal(_hooli.ToString(), hooli.GetProperty("tenant_id").GetString());
        Assert.Equal(People.Issuer, hooli.GetProperty("iss").GetString());
    }

    [Fact]
    public async Task What_a_tenant_says_of_a_person_is_in_its_own_tokens_alone()
    {
        var cookie = await SignInAsync();
        Assert.Equal("Samir", Tokens.Claims((await People.TokensAsync(cookie, ("tenant", "initech"))).Id!).GetProperty("name").GetString());
        Assert.Equal("Sam of Hooli", Tokens.Claims((await People.TokensAsync(cookie, ("tenant", "hooli"))).Id!).GetProperty("name").GetString());
    }

    [Fact]
    public async Task After_the_password_a_plain_page_offers_the_tenants_and_a_link_goes_on_with_the_one_chosen()
    {
        var cookie = await SignInAsync();
        using var asked = await People.GetAsync($"{People.SignIn}/oauth2/authorize{People.AuthorizeQuery()}", cookie);
        Assert.StartsWith("/choose-tenant?", asked.Headers.Location!.OriginalString, StringComparison.Ordinal);
        using var page = await People.GetAsync(People.SignIn + asked.Headers.Location, cookie);
        var html = WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync());
        Assert.Contains(">HOOLI</a>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("PIED", html, StringComparison.Ordinal);
        var link = html.Split("href=\"").Select(part => part.Split('"')[0]).Single(href => href.Contains("tenant=hooli", StringComparison.Ordinal));
        using var chosen = await People.GetAsync(People.SignIn + link, cookie);
        Assert.Contains("code=", chosen.Headers.Location!.Query, StringComparison.Ordinal);

        // Remembered from here on; asked again it is asked again, without a password.
        var again = Tokens.Claims((await People.TokensAsync(cookie, ("prompt", "none"))).Access);
        Assert.Equal(_hooli.ToString(), again.GetProperty("tenant_id").GetString());
        using var switching = await People.GetAsync($"{People.SignIn}/oauth2/authorize{People.AuthorizeQuery(null, ("prompt", "select_account"))}", cookie);
        Assert.StartsWith("/choose-tenant?", switching.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_page_to_ask_on_the_client_is_told_to_name_one()
    {
        using var response = await People.GetAsync($"{People.SignIn}/oauth2/authorize{People.AuthorizeQuery(null, ("prompt", "none"))}", await SignInAsync());
        Assert.Contains("error=account_selection_required", response.Headers.Location!.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_the_account_has_no_place_in_is_refused_as_one_that_is_not_there()
    {
        var cookie = await SignInAsync();
        var answers = new List<string>();
        foreach (var name in new[] { "pied", "nobody", _pied.ToString(), TenantId.New().ToString(), Acme.Id.ToString(), "PIED' --" })
        {
            using var response = await People.GetAsync($"{People.SignIn}/oauth2/authorize{People.AuthorizeQuery(null, ("tenant", name))}", cookie);
            Assert.Contains("error=access_denied", response.Headers.Location!.Query, StringComparison.Ordinal);
            answers.Add($"{response.StatusCode} {response.Headers.Location} {await response.Content.ReadAsStringAsync()}");
        }

        Assert.Single(answers.Distinct());
    }

    [Fact]
    public async Task A_membership_that_ends_takes_its_own_grants_along_and_no_others()
    {
        var cookie = await SignInAsync();
        var initech = await People.TokensAsync(cookie, ("tenant", "initech"));
        var hooli = await People.TokensAsync(cookie, ("tenant", "hooli"));
        var code = await People.CodeAsync(cookie, ("tenant", "initech"));
        using var ended = await _realm.ChangeMemberAsync(_initech, _sam.Sub, new AccountChange(Enabled: false));
        Assert.Contains("\"revoked_at\"", await ended.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var refused = await People.RefreshAsync(initech.Refresh!);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using var late = await People.RedeemAsync(code!);
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
        using var info = await People.GetAsync($"{People.Issuer}/oauth2/userInfo", bearer: initech.Access);
        Assert.Equal(HttpStatusCode.Unauthorized, info.StatusCode);
        using var other = await People.RefreshAsync(hooli.Refresh!);
        Assert.Equal(_hooli.ToString(), Tokens.Claims((await Tokens.ReadAsync(other)).Access).GetProperty("tenant_id").GetString());
        Assert.Null(await People.CodeAsync(cookie, ("tenant", "initech")));

        using var back = await _realm.ChangeMemberAsync(_initech, _sam.Sub, new AccountChange(Enabled: true));
        Assert.NotNull(await People.CodeAsync(cookie, ("tenant", "initech")));
        using var still = await People.RefreshAsync(initech.Refresh!);
        Assert.Equal(HttpStatusCode.BadRequest, still.StatusCode);
    }

    [Fact]
    public async Task A_suspended_tenant_is_neither_offered_nor_refreshed_and_the_others_go_on()
    {
        var cookie = await SignInAsync();
        var initech = await People.TokensAsync(cookie, ("tenant", "initech"));
        await _realm.PutTenantAsync(_initech, "initech", TenantState.Suspended);
        using var refused = await People.RefreshAsync(initech.Refresh!);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Null(await People.CodeAsync(cookie, ("tenant", "initech")));
        Assert.Equal(_hooli.ToString(), Tokens.Claims((await People.TokensAsync(cookie)).Access).GetProperty("tenant_id").GetString());
    }

    [Fact]
    public async Task A_machine_gets_the_tenant_that_has_let_it_in_and_no_other()
    {
        var machine = Machine();
        await _realm.AddClientAsync(machine);
        await _realm.LetInAsync(_hooli, machine, "orders");
        foreach (var name in new[] { "hooli", _hooli.ToString() })
        {
            Assert.Equal(_hooli.ToString(), Tokens.Claims((await Tokens.ReadAsync(await MachineAsync(machine, name, "orders"))).Access).GetProperty("tenant_id").GetString());
        }

        Assert.Contains("invalid_request", await TextAsync(MachineAsync(machine, tenant: null, "orders")), StringComparison.Ordinal);
        Assert.Contains("invalid_scope", await TextAsync(MachineAsync(machine, "hooli", "reports")), StringComparison.Ordinal);
        var refusals = new List<string>();
        foreach (var name in new[] { "initech", "nobody", _pied.ToString(), Acme.Id.ToString(), "'" })
        {
            refusals.Add(await TextAsync(MachineAsync(machine, name, "orders")));
        }

        Assert.Contains("unauthorized_client", Assert.Single(refusals.Distinct()), StringComparison.Ordinal);
        await _realm.KeepOutAsync(_hooli, machine);
        Assert.Equal(refusals[0], await TextAsync(MachineAsync(machine, "hooli", "orders")));
    }

    [Fact]
    public async Task A_tenants_administrator_sees_and_changes_its_own_members_and_no_ones_credentials()
    {
        using var password = await _realm.ChangeMemberAsync(_hooli, _sam.Sub, new AccountChange(Password: "another password"));
        Assert.Equal(HttpStatusCode.Conflict, password.StatusCode);
        Assert.Contains("shared_account_credentials", await password.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotNull(await People.SignInAsync(Sam, Password));

        using var foreign = await _realm.MembersAsync(HttpMethod.Get, _pied, $"/{_sam.Sub}", []);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        using var wrongToken = await _realm.MembersAsync(HttpMethod.Get, _hooli, "", [], tokenOf: _pied);
        Assert.Equal(HttpStatusCode.NotFound, wrongToken.StatusCode);
        using var list = await _realm.MembersAsync(HttpMethod.Get, _hooli, "", []);
        var text = await list.Content.ReadAsStringAsync();
        Assert.Contains("Sam of Hooli", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Samir", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adding_somebody_the_realm_knows_answers_like_adding_somebody_new_and_keeps_their_password()
    {
        var known = await _realm.AddMemberAsync(_pied, Sam, "a password of the tenant's choice", "X");
        var fresh = await _realm.AddMemberAsync(_pied, "new@example.com", "a password of the tenant's choice", "X");
        Assert.Equal(_sam.Sub, known.Sub);
        Assert.Equal(known with { Sub = fresh.Sub, Username = fresh.Username, CreatedAt = fresh.CreatedAt }, fresh);
        Assert.Null(await People.SignInAsync(Sam, "a password of the tenant's choice"));
        Assert.NotNull(await People.SignInAsync(Sam, Password));
    }

    [Fact]
    public async Task An_account_without_a_password_is_opened_by_none()
    {
        await _realm.AddMemberAsync(_pied, "passwordless@example.com");
        Assert.Null(await People.SignInAsync("passwordless@example.com", ""));
        Assert.Null(await People.SignInAsync("passwordless@example.com", "a password"));
    }

    [Fact]
    public async Task An_account_stays_while_it_has_a_place_and_goes_with_the_last_one()
    {
        using var first = await _realm.RemoveMemberAsync(_initech, _sam.Sub);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.NotNull(await People.SignInAsync(Sam, Password));
        await _realm.RemoveTenantAsync(_hooli);
        Assert.Null(await People.SignInAsync(Sam, Password));
        using var again = await _realm.RemoveMemberAsync(_initech, _sam.Sub);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task A_shared_realm_with_tenants_is_not_taken_away()
    {
        using var response = await Cell.CallAsync(HttpMethod.Delete, $"/cell/realms/{People.Realm}", [], ServicePurpose.Provision, null);
        Assert.Contains("realm_has_tenants", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotNull(await People.SignInAsync(Sam, Password));
    }

    [Fact]
    public async Task A_membership_that_is_ended_while_grants_are_opened_leaves_none_that_works()
    {
        var cookie = await SignInAsync();
        for (var round = 0; round < 8; round++)
        {
            (await _realm.ChangeMemberAsync(_initech, _sam.Sub, new AccountChange(Enabled: true))).EnsureSuccessStatusCode();
            var opening = Enumerable.Range(0, 4).Select(async _ =>
            {
                using var response = await People.GetAsync($"{People.SignIn}/oauth2/authorize{People.AuthorizeQuery(null, ("tenant", "initech"))}", cookie);
                return response.Headers.Location is { IsAbsoluteUri: true } to && QueryHelpers.ParseQuery(to.Query).TryGetValue("code", out var code) ? code.ToString() : null;
            }).ToList();
            HttpResponseMessage ended;
            while ((ended = await _realm.ChangeMemberAsync(_initech, _sam.Sub, new AccountChange(Enabled: false))).StatusCode == HttpStatusCode.Conflict)
            {
                ended.Dispose();
            }

            Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
            foreach (var code in (await Task.WhenAll(opening)).OfType<string>())
            {
                using var redeemed = await People.RedeemAsync(code);
                Assert.Equal(HttpStatusCode.BadRequest, redeemed.StatusCode);
            }
        }
    }

    private async Task<string> SignInAsync() => await People.SignInAsync(Sam, Password) ?? throw new InvalidOperationException("The sign-in was refused.");

    private static ClientSpec Machine()
    {
        var draft = new ClientSpecDraft { SecretHash = WebEncoders.Base64UrlEncode(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes("machine secret"))) };
        draft.GrantTypes.Clear();
        draft.GrantTypes.Add("client_credentials");
        draft.Scopes.Add("reports");
        return draft.Build();
    }

    private Task<HttpResponseMessage> MachineAsync(ClientSpec client, string? tenant, string scope)
    {
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "client_credentials", ["client_id"] = client.ClientId.Value, ["client_secret"] = "machine secret", ["scope"] = scope,
        };
        if (tenant is not null)
        {
            form["tenant"] = tenant;
        }

        return People.PostAsync($"{People.Issuer}/oauth2/token", form);
    }

    private static async Task<string> TextAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        return await response.Content.ReadAsStringAsync();
    }
}
