using System.Net;
using System.Text.RegularExpressions;
using Tessera.Contracts.Provisioning;

namespace Tessera.UnitTests.Cell.Protocol;

public sealed class DeviceOnSqlite(SqliteCell cell) : DeviceTests(cell), IClassFixture<SqliteCell>;

public sealed class DeviceOnPostgres(PostgresCell cell) : DeviceTests(cell), IClassFixture<PostgresCell>;

/// <summary>The device authorization grant, RFC 8628.</summary>
public abstract partial class DeviceTests(CellFixture cell) : ProtocolTests(cell)
{
    private const string Grant = "urn:ietf:params:oauth:grant-type:device_code";

    [Fact]
    public async Task A_device_waits_while_a_person_signs_in_and_allows_it()
    {
        var (client, code, user) = await BeginAsync();
        Assert.Equal("authorization_pending", await PollAsync(client, code));
        using var typed = await Acme.PostAsync($"{Acme.SignIn}/device", new() { ["user_code"] = user.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal) });
        Assert.Equal($"/login?user_code={user}", typed.Headers.Location!.ToString());
        using var login = await Acme.PostAsync(Acme.SignIn + typed.Headers.Location, new() { ["username"] = Ada, ["password"] = AcmePassword });
        Assert.Equal($"/device?user_code={user}", login.Headers.Location!.ToString());
        var cookie = login.Headers.GetValues("Set-Cookie").Last().Split(';')[0];
        using var asked = await Acme.GetAsync(Acme.SignIn + login.Headers.Location, cookie);
        var page = await asked.Content.ReadAsStringAsync();
        Assert.Contains("Let Orders in on another device?", page, StringComparison.Ordinal);
        Assert.Contains(user, page, StringComparison.Ordinal);
        Assert.Equal("authorization_pending", await PollAsync(client, code)); // following the link has allowed nothing
        using var allowed = await Acme.PostAsync($"{Acme.SignIn}/device", new() { ["user_code"] = user, ["decision"] = "allow" }, cookie);
        Assert.Equal("/device/done", allowed.Headers.Location!.ToString());
        var (status, tokens) = await TokenAsync(client, code);
        Assert.True(status == 200, tokens.ToString());
        var claims = Tokens.Claims(tokens.GetProperty("access_token").GetString()!);
        Assert.Equal((Acme.Id.ToString(), client.ClientId.Value, "openid orders offline_access"), (Text(claims, "tenant_id"), Text(claims, "client_id"), Text(claims, "scope")));
        Assert.Equal("invalid_grant", await PollAsync(client, code)); // once
        using var refreshed = await Acme.PostAsync($"{Acme.Issuer}/oauth2/token", new() { ["grant_type"] = "refresh_token", ["refresh_token"] = tokens.GetProperty("refresh_token").GetString()!, ["client_id"] = client.ClientId.Value });
        Assert.Equal("invalid_grant", Text(System.Text.Json.JsonDocument.Parse(await refreshed.Content.ReadAsStringAsync()).RootElement, "error")); // the replay ended the family
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_password_or_a_sign_out_ends_what_the_device_was_given(bool password)
    {
        var name = $"bob{Guid.NewGuid():N}@example.com";
        var bob = await Acme.AddAccountAsync(name, AcmePassword);
        var (client, code, user) = await BeginAsync();
        var cookie = await Acme.SignInAsync(name, AcmePassword);
        using var allowed = await Acme.PostAsync($"{Acme.SignIn}/device", new() { ["user_code"] = user, ["decision"] = "allow" }, cookie);
        var (_, tokens) = await TokenAsync(client, code);
        Assert.NotNull(Text(tokens, "refresh_token"));

        using var ended = password
            ? await Acme.ChangeAccountAsync(bob.Sub, new AccountChange(Password: "quite another password"))
            : await Acme.PostAsync($"{Acme.SignIn}/logout", new() { ["confirm"] = "yes" }, cookie);
        Assert.True((int)ended.StatusCode < 400);

        var (status, refused) = await PostAsync(
            $"{Acme.Issuer}/oauth2/token", null, null, ("grant_type", "refresh_token"), ("refresh_token", Text(tokens, "refresh_token")!), ("client_id", client.ClientId.Value));
        Assert.Equal((400, "invalid_grant"), (status, Text(refused, "error")));
    }

    [Fact]
    public async Task What_a_person_does_not_allow_is_denied()
    {
        var (client, code, user) = await BeginAsync();
        using var denied = await Acme.PostAsync($"{Acme.SignIn}/device", new() { ["user_code"] = user, ["decision"] = "deny" }, await Acme.SignInAsync(Ada, AcmePassword));
        Assert.Equal("text/html", denied.Content.Headers.ContentType!.MediaType);
        Assert.Equal("access_denied", await PollAsync(client, code));
    }

    [Fact]
    public async Task Only_the_realms_own_page_takes_a_decision_and_only_by_a_signed_in_person()
    {
        var (client, code, user) = await BeginAsync();
        using var unsigned = await Acme.PostAsync($"{Acme.SignIn}/device", new() { ["user_code"] = user, ["decision"] = "allow" });
        Assert.StartsWith("/login", unsigned.Headers.Location!.ToString(), StringComparison.Ordinal);
        using var linked = await Acme.GetAsync($"{Acme.SignIn}/device?user_code={user}&decision=allow", await Acme.SignInAsync(Ada, AcmePassword));
        Assert.Equal(HttpStatusCode.OK, linked.StatusCode);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, $"{Acme.SignIn}/device") { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["user_code"] = user, ["decision"] = "allow" }) };
        foreign.Headers.Add("Origin", Globex.SignIn);
        foreign.Headers.Add("Cookie", await Acme.SignInAsync(Ada, AcmePassword));
        using var refused = await Cell.Http.SendAsync(foreign);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("authorization_pending", await PollAsync(client, code));
    }

    [Fact]
    public async Task A_user_code_of_one_tenant_is_none_at_another()
    {
        var (client, code, user) = await BeginAsync();
        var cookie = await Globex.SignInAsync(Ada, GlobexPassword);
        using var page = await Globex.PostAsync($"{Globex.SignIn}/device", new() { ["user_code"] = user, ["decision"] = "allow" }, cookie);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
        Assert.DoesNotContain("Orders", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("authorization_pending", await PollAsync(client, code));
        var (status, body) = await PostAsync($"{Globex.Issuer}/oauth2/token", null, null, ("grant_type", Grant), ("device_code", code), ("client_id", Globex.Client.ClientId.Value));
        Assert.Equal(400, status);
        Assert.Null(Text(body, "access_token"));
    }

    [Fact]
    public async Task After_ten_wrong_codes_none_is_looked_at_for_ten_minutes()
    {
        var initech = await Cell.AddTenantAsync($"t{Guid.NewGuid():N}"[..12], draft => draft.GrantTypes.Add(Grant));
        await initech.AddAccountAsync(Ada, AcmePassword);
        var (_, begun) = await PostAsync($"{initech.Issuer}/oauth2/device_authorization", null, null, ("client_id", initech.Client.ClientId.Value), ("scope", "openid"));
        var right = begun.GetProperty("user_code").GetString()!;
        for (var attempt = 0; attempt < 10; attempt++)
        {
            using var wrong = await initech.PostAsync($"{initech.SignIn}/device", new() { ["user_code"] = "BBBB-BBBB" });
            Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        }

        foreach (var code in new[] { right, "BBBB-BBBB" })
        {
            using var blocked = await initech.PostAsync($"{initech.SignIn}/device", new() { ["user_code"] = code });
            Assert.Equal(HttpStatusCode.TooManyRequests, blocked.StatusCode);
            using var aside = await initech.GetAsync($"{initech.SignIn}/login?user_code={code}");
            Assert.Equal(HttpStatusCode.BadRequest, aside.StatusCode);
        }

        Cell.Time.Forward(TimeSpan.FromMinutes(10));
        using var fresh = await initech.PostAsync($"{initech.SignIn}/device", new() { ["user_code"] = "BBBB-BBBB" });
        Assert.Equal(HttpStatusCode.BadRequest, fresh.StatusCode);
    }

    [Fact]
    public async Task A_client_without_the_grant_and_a_scope_that_is_not_its_own_are_refused()
    {
        var (status, body) = await PostAsync($"{Acme.Issuer}/oauth2/device_authorization", null, null, ("client_id", Acme.Client.ClientId.Value), ("scope", "openid"));
        Assert.Equal((400, "unauthorized_client"), (status, Text(body, "error")));
        var client = await Cell.AddClientAsync(Acme, draft => draft.GrantTypes.Add(Grant));
        (status, body) = await PostAsync($"{Acme.Issuer}/oauth2/device_authorization", null, null, ("client_id", client.ClientId.Value), ("scope", "openid admin"));
        Assert.Equal((400, "invalid_request"), (status, Text(body, "error")));
    }

    private async Task<(ClientSpec Client, string DeviceCode, string UserCode)> BeginAsync()
    {
        var client = await Cell.AddClientAsync(Acme, draft => draft.GrantTypes.Add(Grant));
        var (status, body) = await PostAsync($"{Acme.Issuer}/oauth2/device_authorization", null, null, ("client_id", client.ClientId.Value), ("scope", "openid orders offline_access"));
        Assert.True(status == 200, body.ToString());
        var user = body.GetProperty("user_code").GetString()!;
        Assert.Matches(UserCode(), user);
        Assert.Equal(($"{Acme.SignIn}/device", $"{Acme.SignIn}/device?user_code={user}", "5"), (Text(body, "verification_uri"), Text(body, "verification_uri_complete"), Text(body, "interval")));
        return (client, body.GetProperty("device_code").GetString()!, user);
    }

    private Task<(int Status, System.Text.Json.JsonElement Body)> TokenAsync(ClientSpec client, string code) =>
        PostAsync($"{Acme.Issuer}/oauth2/token", null, null, ("grant_type", Grant), ("device_code", code), ("client_id", client.ClientId.Value));

    private async Task<string?> PollAsync(ClientSpec client, string code) => Text((await TokenAsync(client, code)).Body, "error");

    [GeneratedRegex("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$")]
    private static partial Regex UserCode();
}
