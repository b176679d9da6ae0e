using System.Net;

namespace Tessera.UnitTests.Cell;

public sealed class SignInOnSqlite(SqliteCell cell) : SignInTests(cell), IClassFixture<SqliteCell>;

public sealed class SignInOnPostgres(PostgresCell cell) : SignInTests(cell), IClassFixture<PostgresCell>;

public abstract class SignInTests(CellFixture cell) : CellTests(cell)
{
    [Fact]
    public void What_the_cell_keeps_is_its_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // where there are no modes
        }

        foreach (var file in Directory.GetFiles(Cell.Folder).Where(file => Path.GetFileName(file) != "membership.json")) // which the test wrote
        {
            Assert.Equal((file, UnixFileMode.UserRead | UnixFileMode.UserWrite), (file, File.GetUnixFileMode(file)));
        }
    }

    [Fact]
    public async Task A_person_signs_in_and_the_tokens_say_who_where_and_for_what()
    {
        var tokens = await Acme.TokensAsync(Ada, AcmePassword);
        var access = Tokens.Claims(tokens.Access);
        Assert.Equal(Acme.Issuer, access.GetProperty("iss").GetString());
        Assert.Equal(Acme.Id.ToString(), access.GetProperty("tenant_id").GetString());
        Assert.Equal("access", access.GetProperty("token_use").GetString());
        Assert.Equal(Acme.Client.ClientId.Value, access.GetProperty("client_id").GetString());
        Assert.Equal("pwd", access.GetProperty("amr")[0].GetString());
        Assert.True(access.TryGetProperty("sid", out _) && access.TryGetProperty("auth_time", out _) && access.TryGetProperty("jti", out _));
        var id = Tokens.Claims(tokens.Id!);
        Assert.Equal("id", id.GetProperty("token_use").GetString());
        Assert.Equal("n", id.GetProperty("nonce").GetString());
        Assert.Equal("pwd", id.GetProperty("amr")[0].GetString());
        Assert.Equal(access.GetProperty("sub").GetString(), id.GetProperty("sub").GetString());
        Assert.Equal(43, tokens.Refresh!.Length);
    }

    [Fact]
    public async Task The_same_name_in_two_tenants_is_two_accounts_and_neither_password_opens_the_other()
    {
        var acme = Tokens.Claims((await Acme.TokensAsync(Ada, AcmePassword)).Access).GetProperty("sub").GetString();
        var globex = Tokens.Claims((await Globex.TokensAsync(Ada, GlobexPassword)).Access).GetProperty("sub").GetString();
        Assert.NotEqual(acme, globex);
        Assert.Null(await Acme.SignInAsync(Ada, GlobexPassword));
        Assert.Null(await Globex.SignInAsync(Ada, AcmePassword));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_user_get_the_same_answer()
    {
        using var wrong = await Acme.PostAsync($"{Acme.SignIn}/login{Acme.AuthorizeQuery()}", new() { ["username"] = Ada, ["password"] = "not the password" });
        using var unknown = await Acme.PostAsync($"{Acme.SignIn}/login{Acme.AuthorizeQuery()}", new() { ["username"] = "eve@example.com", ["password"] = "not the password" });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(
            (await wrong.Content.ReadAsStringAsync()).Replace("ada@", "eve@", StringComparison.Ordinal),
            await unknown.Content.ReadAsStringAsync());
        Assert.False(wrong.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("\"><script>alert(1)</script>")]
    [InlineData("' onfocus='alert(1)")]
    public async Task What_a_person_typed_is_text_on_the_page(string typed)
    {
        using var wrong = await Acme.PostAsync($"{Acme.SignIn}/login{Acme.AuthorizeQuery()}", new() { ["username"] = typed, ["password"] = "x" });
        using var hinted = await Acme.GetAsync($"{Acme.SignIn}/login{Acme.AuthorizeQuery(null, ("login_hint", typed))}");
        foreach (var page in new[] { wrong, hinted })
        {
            var text = await page.Content.ReadAsStringAsync();
            Assert.DoesNotContain(typed, text, StringComparison.Ordinal);
            Assert.Contains($"value=\"{System.Text.Encodings.Web.HtmlEncoder.Default.Encode(typed)}\"", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_session_of_one_tenant_is_none_at_another()
    {
        var cookie = await Acme.SignInAsync(Ada, AcmePassword);
        Assert.NotNull(cookie);
        Assert.NotNull(await Acme.CodeAsync(cookie));
        Assert.Null(await Globex.CodeAsync(cookie));
    }

    [Fact]
    public async Task The_cookie_is_new_at_each_sign_in_and_the_old_session_ends()
    {
        var first = await Acme.SignInAsync(Ada, AcmePassword);
        using var again = await Acme.PostAsync($"{Acme.SignIn}/login{Acme.AuthorizeQuery()}", new() { ["username"] = Ada, ["password"] = AcmePassword }, cookie: first);
        var second = again.Headers.GetValues("Set-Cookie").Last().Split(';')[0];
        Assert.NotEqual(first, second);
        Assert.Null(await Acme.CodeAsync(first!));
        Assert.NotNull(await Acme.CodeAsync(second));
    }

    [Fact]
    public async Task A_form_that_another_site_posts_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Acme.SignIn}/login{Acme.AuthorizeQuery()}")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = Ada, ["password"] = AcmePassword }),
        };
        request.Headers.Add("Origin", Globex.SignIn);
        using var response = await Cell.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_disabled_account_signs_in_nowhere_and_what_it_had_ends()
    {
        var account = await Acme.AddAccountAsync("bob@example.com", "bob's own password");
        var cookie = await Acme.SignInAsync("bob@example.com", "bob's own password");
        var tokens = await Acme.TokensAsync(cookie!);
        (await Acme.ChangeAccountAsync(account.Sub, new(Enabled: false))).EnsureSuccessStatusCode();
        Assert.Null(await Acme.SignInAsync("bob@example.com", "bob's own password"));
        Assert.Null(await Acme.CodeAsync(cookie!));
        using var refreshed = await Acme.RefreshAsync(tokens.Refresh!);
        Assert.Equal(HttpStatusCode.BadRequest, refreshed.StatusCode);
        using var info = await Acme.GetAsync($"{Acme.Issuer}/oauth2/userInfo", bearer: tokens.Access);
        Assert.Equal(HttpStatusCode.Unauthorized, info.StatusCode);
    }
}
