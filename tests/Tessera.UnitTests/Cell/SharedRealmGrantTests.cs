using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;

namespace Tessera.UnitTests.Cell;

public sealed class SharedRealmGrantsOnSqlite(SqliteCell cell) : SharedRealmGrantTests(cell), IClassFixture<SqliteCell>;

public sealed class SharedRealmGrantsOnPostgres(PostgresCell cell) : SharedRealmGrantTests(cell), IClassFixture<PostgresCell>;

/// <summary>Devices and pushed requests in a shared realm: each ends in a token for the one tenant that was chosen.</summary>
public abstract class SharedRealmGrantTests(CellFixture cell) : CellTests(cell), IAsyncLifetime
{
    private const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
    private const string Sam = "sam@example.com";
    private const string Password = "sam's own password";
    private SharedRealm _realm = null!;
    private TenantId _initech;
    private TenantId _hooli;
    private string _cookie = null!;
    private AccountRecord _sam = null!;

    private CellTenant People => _realm.People;

    public async ValueTask InitializeAsync()
    {
        _realm = await SharedRealm.MakeAsync(Cell, $"grant{Guid.NewGuid():N}"[..12], draft => draft.GrantTypes.Add(DeviceGrant));
        (_initech, _hooli) = (await _realm.AddTenantAsync("initech"), await _realm.AddTenantAsync("hooli"));
        await _realm.AddTenantAsync("pied");
        _sam = await _realm.AddMemberAsync(_initech, Sam, Password);
        await _realm.AddMemberAsync(_hooli, Sam);
        _cookie = await People.SignInAsync(Sam, Password) ?? throw new InvalidOperationException("The sign-in was refused.");
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_device_acts_for_the_tenant_its_person_chose_and_no_longer_than_they_are_its_member()
    {
        var begun = await SendAsync("/oauth2/device_authorization", ("scope", "openid orders offline_access"));
        var (code, user) = (begun.GetProperty("device_code").GetString()!, begun.GetProperty("user_code").GetString()!);
        using var asked = await People.GetAsync($"{People.SignIn}/device?user_code={user}", _cookie);
        var page = await asked.Content.ReadAsStringAsync();
        Assert.Contains("<option value=\"hooli\">", page, StringComparison.Ordinal);
        Assert.DoesNotContain("pied", page, StringComparison.Ordinal);

        using var open = await DecideAsync(user, tenant: null);
        Assert.Null(open.Headers.Location);
        Assert.Equal("authorization_pending", (await PollAsync(code)).GetProperty("error").GetString());

        using var allowed = await DecideAsync(user, "hooli");
        Assert.Equal("/device/done", allowed.Headers.Location?.ToString());
        var tokens = await PollAsync(code);
        Assert.True(tokens.TryGetProperty("access_token", out _), tokens.ToString());
        Assert.Equal(_hooli.ToString(), TenantOf(tokens));
        var refreshed = await RefreshAsync(tokens);
        Assert.Equal(_hooli.ToString(), TenantOf(refreshed));

        using var left = await _realm.RemoveMemberAsync(_hooli, _sam.Sub);
        Assert.True(left.IsSuccessStatusCode);
        Assert.Equal("invalid_grant", (await RefreshAsync(refreshed)).GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("pied")]
    [InlineData("nobody")]
    public async Task A_device_is_denied_for_a_tenant_without_a_place_as_for_one_that_is_not_there(string tenant)
    {
        var begun = await SendAsync("/oauth2/device_authorization", ("scope", "openid orders"));
        using var refused = await DecideAsync(begun.GetProperty("user_code").GetString()!, tenant);
        Assert.Contains("Your account has no place where the device could act for you.", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("access_denied", (await PollAsync(begun.GetProperty("device_code").GetString()!)).GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_pushed_tenant_counts_and_not_one_that_stands_beside_the_reference()
    {
        var fields = QueryHelpers.ParseQuery(People.AuthorizeQuery(null, ("tenant", "hooli"))).Select(field => (field.Key, field.Value.ToString()));
        var reference = (await SendAsync("/oauth2/par", [.. fields])).GetProperty("request_uri").GetString()!;
        using var answer = await People.GetAsync(
            $"{People.SignIn}/oauth2/authorize?client_id={People.Client.ClientId}&tenant=initech&request_uri={Uri.EscapeDataString(reference)}", _cookie);
        var code = QueryHelpers.ParseQuery(answer.Headers.Location!.Query)["code"].ToString();
        Assert.Equal(_hooli.ToString(), TenantOf(await SendAsync(
            "/oauth2/token", ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CellTenant.RedirectUri), ("code_verifier", CellTenant.Verifier))));
    }

    private static string? TenantOf(JsonElement tokens) => Tokens.Claims(tokens.GetProperty("access_token").GetString()!).GetProperty("tenant_id").GetString();

    private Task<HttpResponseMessage> DecideAsync(string user, string? tenant)
    {
        var form = new Dictionary<string, string> { ["user_code"] = user, ["decision"] = "allow" };
        if (tenant is not null)
        {
            form["tenant"] = tenant;
        }

        return People.PostAsync($"{People.SignIn}/device", form, _cookie);
    }

    private Task<JsonElement> PollAsync(string code) => SendAsync("/oauth2/token", ("grant_type", DeviceGrant), ("device_code", code));

    private Task<JsonElement> RefreshAsync(JsonElement tokens) =>
        SendAsync("/oauth2/token", ("grant_type", "refresh_token"), ("refresh_token", tokens.GetProperty("refresh_token").GetString()!));

    private async Task<JsonElement> SendAsync(string path, params (string Name, string Value)[] fields)
    {
        var form = fields.ToDictionary(field => field.Name, field => field.Value);
        form["client_id"] = People.Client.ClientId.Value;
        using var response = await People.PostAsync(People.Issuer + path, form);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }
}
