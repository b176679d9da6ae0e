using Tessera.Contracts.Provisioning;

namespace Tessera.UnitTests.Cell.Protocol;

public sealed class IntrospectionOnSqlite(SqliteCell cell) : IntrospectionTests(cell), IClassFixture<SqliteCell>;

public sealed class IntrospectionOnPostgres(PostgresCell cell) : IntrospectionTests(cell), IClassFixture<PostgresCell>;

/// <summary>Token introspection, RFC 7662.</summary>
public abstract class IntrospectionTests(CellFixture cell) : ProtocolTests(cell)
{
    [Fact]
    public async Task A_client_is_told_of_its_own_tokens_and_of_those_for_its_audience()
    {
        var (client, secret) = await ConfidentialAsync(draft => draft.Audiences.Add("https://orders.test"));
        var (api, apiSecret) = await ConfidentialAsync(draft => draft.Audiences.Add("https://orders.test"));
        var (stranger, strangerSecret) = await ConfidentialAsync(draft => draft.Audiences.Add("https://else.test"));
        var (_, tokens) = await RedeemAsync(client, secret, await CodeAsync(client, (await Acme.SignInAsync(Ada, AcmePassword))!));
        var (access, refresh, id) = (Text(tokens, "access_token")!, Text(tokens, "refresh_token")!, Text(tokens, "id_token")!);

        var own = await IntrospectAsync(client, secret, access);
        Assert.Equal(("True", Acme.Issuer, client.ClientId.Value, Acme.Id.ToString(), Ada), (Text(own, "active"), Text(own, "iss"), Text(own, "client_id"), Text(own, "tenant_id"), Text(own, "username")));
        Assert.Contains("orders", Text(own, "scope"), StringComparison.Ordinal);
        Assert.Equal(Text(Tokens.Claims(access), "sub"), Text(own, "sub"));
        Assert.Equal("True", Text(await IntrospectAsync(client, secret, refresh), "active"));
        Assert.Equal("True", Text(await IntrospectAsync(api, apiSecret, access), "active"));
        foreach (var (asker, with, token) in new[] { (api, apiSecret, refresh), (stranger, strangerSecret, access), (stranger, strangerSecret, refresh), (client, secret, id), (client, secret, "rubbish"), (client, secret, access + "x") })
        {
            var answer = await IntrospectAsync(asker, with, token);
            Assert.Equal("""{"active":false}""", System.Text.Json.JsonSerializer.Serialize(answer));
        }
    }

    [Fact]
    public async Task A_token_whose_grant_or_account_has_ended_is_inactive_and_so_is_another_tenants()
    {
        var (client, secret) = await ConfidentialAsync();
        var account = await Acme.AddAccountAsync($"{Guid.NewGuid():N}@example.com", AcmePassword);
        var cookie = (await Acme.SignInAsync(account.Username, AcmePassword))!;
        var (_, ended) = await RedeemAsync(client, secret, await CodeAsync(client, cookie));
        Assert.Equal("True", Text(await IntrospectAsync(client, secret, Text(ended, "access_token")!), "active"));
        await PostAsync($"{Acme.Issuer}/oauth2/revoke", client, secret, ("token", Text(ended, "refresh_token")!));
        Assert.Equal("False", Text(await IntrospectAsync(client, secret, Text(ended, "access_token")!), "active"));
        Assert.Equal("False", Text(await IntrospectAsync(client, secret, Text(ended, "refresh_token")!), "active"));

        var (_, disabled) = await RedeemAsync(client, secret, await CodeAsync(client, cookie));
        (await Acme.ChangeAccountAsync(account.Sub, new(Enabled: false))).EnsureSuccessStatusCode();
        Assert.Equal("False", Text(await IntrospectAsync(client, secret, Text(disabled, "access_token")!), "active"));
        Assert.Equal("False", Text(await IntrospectAsync(client, secret, Text(disabled, "refresh_token")!), "active"));

        var foreign = await Globex.TokensAsync(Ada, GlobexPassword);
        Assert.Equal("False", Text(await IntrospectAsync(client, secret, foreign.Access), "active"));
        Assert.Equal("False", Text(await IntrospectAsync(client, secret, foreign.Refresh!), "active"));
        var (machine, body) = await PostAsync($"{Globex.Issuer}/oauth2/introspect", client, secret, ("token", foreign.Access));
        Assert.Equal((401, "invalid_client"), (machine, Text(body, "error")));
    }

    [Fact]
    public async Task Whoever_proves_nothing_is_told_nothing()
    {
        var tokens = await Acme.TokensAsync(Ada, AcmePassword);
        var (status, body) = await PostAsync($"{Acme.Issuer}/oauth2/introspect", null, null, ("token", tokens.Access), ("client_id", Acme.Client.ClientId.Value));
        Assert.True(status >= 400 && Text(body, "active") is null, $"{status} {body}");
        var (client, _) = await ConfidentialAsync();
        (status, body) = await PostAsync($"{Acme.Issuer}/oauth2/introspect", client, new string('x', 43), ("token", tokens.Access));
        Assert.Equal((401, "invalid_client"), (status, Text(body, "error")));
    }

    private async Task<System.Text.Json.JsonElement> IntrospectAsync(ClientSpec client, string secret, string token)
    {
        var (status, body) = await PostAsync($"{Acme.Issuer}/oauth2/introspect", client, secret, ("token", token));
        Assert.True(status == 200, $"{status} {body}");
        return body;
    }
}
