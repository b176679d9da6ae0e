using System.Net;
using System.Text.Json;

namespace Tessera.UnitTests.Cell;

public sealed class SignInTests : IAsyncLifetime
{
    private CellHost _cell = null!;
    private CellTenant _acme = null!;

    public async ValueTask InitializeAsync()
    {
        _cell = await CellHost.StartAsync();
        _acme = await _cell.AddTenantAsync("acme");
        await _acme.AddAccountAsync("ada@example.com", "correct horse battery");
    }

    public ValueTask DisposeAsync() => _cell.DisposeAsync();

    [Fact]
    public async Task A_person_signs_in_and_the_tokens_say_who_where_and_for_what()
    {
        var tokens = await _acme.TokensAsync("ada@example.com", "correct horse battery");
        var access = Tokens.Claims(tokens.Access);
        Assert.Equal(_acme.Issuer, access.GetProperty("iss").GetString());
        Assert.Equal(_acme.Id.ToString(), access.GetProperty("tenant_id").GetString());
        Assert.Equal("access", access.GetProperty("token_use").GetString());
        Assert.Equal(_acme.Client.ClientId.Value, access.GetProperty("client_id").GetString());
        Assert.Equal("id", Tokens.Claims(tokens.Id!).GetProperty("token_use").GetString());
        Assert.Equal("n", Tokens.Claims(tokens.Id!).GetProperty("nonce").GetString());
        Assert.Equal(43, tokens.Refresh!.Length);
        TestContext.Current.TestOutputHelper!.WriteLine(access.ToString() + "\n" + Tokens.Claims(tokens.Id!) + "\n" + await (await _acme.GetAsync(_acme.Issuer + "/.well-known/openid-configuration")).Content.ReadAsStringAsync());
        TestContext.Current.TestOutputHelper!.WriteLine(await (await _acme.GetAsync(_acme.Issuer + "/oauth2/userInfo", bearer: tokens.Access)).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_user_get_the_same_answer()
    {
        using var wrong = await _acme.PostAsync($"{_acme.SignIn}/login{_acme.AuthorizeQuery()}", new() { ["username"] = "ada@example.com", ["password"] = "not the password" });
        using var unknown = await _acme.PostAsync($"{_acme.SignIn}/login{_acme.AuthorizeQuery()}", new() { ["username"] = "eve@example.com", ["password"] = "not the password" });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(
            (await wrong.Content.ReadAsStringAsync()).Replace("ada@", "eve@", StringComparison.Ordinal),
            await unknown.Content.ReadAsStringAsync());
        Assert.False(wrong.Headers.Contains("Set-Cookie"));
    }
}
