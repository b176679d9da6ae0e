using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.Cell;

/// <summary>A tenant of a <see cref="CellHost"/>, and what its people and machines do over HTTP.</summary>
internal sealed class CellTenant(CellHost host, TenantId id, PoolId pool, RealmId realm, Slug slug, ClientSpec client)
{
    public const string RedirectUri = "https://app.test/cb";
    public const string Verifier = "a-code-verifier-of-sufficient-length-0123456789abc";

    public TenantId Id { get; } = id;

    public PoolId Pool { get; } = pool;

    public RealmId Realm { get; } = realm;

    public Slug Slug { get; } = slug;

    internal ClientSpec Client { get; } = client;

    /// <summary>The same tenant, as another cell has it after a move.</summary>
    internal CellTenant At(CellHost other, PoolId otherPool) => new(other, Id, otherPool, Realm, Slug, Client);

    public string Issuer => $"{CellHost.AuthHost}/{Realm}";

    public string SignInAuthority => $"{Slug}.auth.test:8400";

    public string SignIn => $"http://{SignInAuthority}";

    public static string Challenge => WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    internal async Task<AccountRecord> AddAccountAsync(string username, string password)
    {
        using var response = await host.CallAsync(HttpMethod.Post, $"/cell/realms/{Realm}/accounts", new AccountSpec(username, password, username, "A Name"), WireJson.Default.AccountSpec, ServicePurpose.Accounts, Id);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(), WireJson.Default.AccountRecord)!;
    }

    internal Task<HttpResponseMessage> ChangeAccountAsync(Guid sub, AccountChange change) =>
        host.CallAsync(HttpMethod.Patch, $"/cell/realms/{Realm}/accounts/{sub}", change, WireJson.Default.AccountChange, ServicePurpose.Accounts, Id);

    public string AuthorizeQuery(string? scope = null, params (string Key, string Value)[] more)
    {
        Dictionary<string, string?> query = new()
        {
            ["client_id"] = Client.ClientId.Value, ["response_type"] = "code", ["redirect_uri"] = RedirectUri,
            ["scope"] = scope ?? "openid email profile offline_access orders", ["state"] = "s", ["nonce"] = "n", ["code_challenge"] = Challenge, ["code_challenge_method"] = "S256",
        };
        foreach (var (key, value) in more)
        {
            query[key] = value;
        }

        return QueryHelpers.AddQueryString("", query);
    }

    public Task<HttpResponseMessage> GetAsync(string url, string? cookie = null, string? bearer = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        AddRights(request, cookie, bearer);
        return host.Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> PostAsync(string url, Dictionary<string, string> form, string? cookie = null, string? bearer = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) };
        AddRights(request, cookie, bearer);
        return host.Http.SendAsync(request);
    }

    /// <summary>Posts the sign-in form; the session cookie, or null if it was refused.</summary>
    public async Task<string?> SignInAsync(string username, string password)
    {
        using var response = await PostAsync($"{SignIn}/login{AuthorizeQuery()}", new() { ["username"] = username, ["password"] = password });
        return response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Last().Split(';')[0] : null;
    }

    /// <summary>The code a signed-in browser is given, or null.</summary>
    public async Task<string?> CodeAsync(string cookie, params (string Key, string Value)[] more)
    {
        using var response = await GetAsync($"{SignIn}/oauth2/authorize{AuthorizeQuery(null, more)}", cookie);
        return response.Headers.Location is { IsAbsoluteUri: true } location && QueryHelpers.ParseQuery(location.Query).TryGetValue("code", out var code) ? code.ToString() : null;
    }

    public Task<HttpResponseMessage> RedeemAsync(string code, string? door = null) => PostAsync($"{door ?? Issuer}/oauth2/token", new()
    {
        ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = RedirectUri, ["client_id"] = Client.ClientId.Value, ["code_verifier"] = Verifier,
    });

    public Task<HttpResponseMessage> RefreshAsync(string refreshToken) => PostAsync($"{Issuer}/oauth2/token", new()
    {
        ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken, ["client_id"] = Client.ClientId.Value,
    });

    public Task<HttpResponseMessage> MachineTokenAsync(string secret) => PostAsync($"{Issuer}/oauth2/token", new()
    {
        ["grant_type"] = "client_credentials", ["client_id"] = Client.ClientId.Value, ["client_secret"] = secret, ["scope"] = "orders",
    });

    /// <summary>Signs in and redeems the code: access, id and refresh token.</summary>
    public async Task<Tokens> TokensAsync(string username, string password)
    {
        var cookie = await SignInAsync(username, password) ?? throw new InvalidOperationException("The sign-in was refused.");
        return await TokensAsync(cookie);
    }

    public async Task<Tokens> TokensAsync(string cookie, params (string Key, string Value)[] more)
    {
        var code = await CodeAsync(cookie, more) ?? throw new InvalidOperationException("No code was issued.");
        using var response = await RedeemAsync(code);
        return await Tokens.ReadAsync(response);
    }

    private static void AddRights(HttpRequestMessage request, string? cookie, string? bearer)
    {
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
    }
}

public sealed record Tokens(string Access, string? Id, string? Refresh)
{
    public static async Task<Tokens> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using var json = JsonDocument.Parse(text);
        return new Tokens(json.RootElement.GetProperty("access_token").GetString()!, Optional(json, "id_token"), Optional(json, "refresh_token"));
    }

    public static JsonElement Claims(string jwt) => JsonDocument.Parse(WebEncoders.Base64UrlDecode(jwt.Split('.')[1])).RootElement;

    private static string? Optional(JsonDocument json, string name) => json.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
}
