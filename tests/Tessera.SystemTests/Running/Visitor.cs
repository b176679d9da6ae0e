using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace Tessera.SystemTests.Running;

/// <summary>
/// Somebody who speaks HTTP by hand: follows no redirect, keeps no cookie by itself, and reaches every host name on
/// loopback at the port of the address (<c>*.localhost</c> is resolved by browsers, not by .NET).
/// </summary>
/// <param name="from">The address the visitor comes from, where it must not be everybody else's.</param>
/// <param name="through">The port that is gone to for an address's port, where it is another.</param>
public sealed class Visitor(IPAddress? from = null, Func<int, int>? through = null) : IDisposable
{
    public const string Verifier = "a-code-verifier-of-sufficient-length-0123456789abc";

    public HttpClient Http { get; } = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(from ?? IPAddress.Loopback, 0));
            await socket.ConnectAsync(IPAddress.Loopback, through?.Invoke(context.DnsEndPoint.Port) ?? context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    public static string Challenge => WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public Task<HttpResponseMessage> GetAsync(string url, string? cookie = null, string? bearer = null, params (string Name, string Value)[] headers) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, url), cookie, bearer, headers);

    public Task<HttpResponseMessage> PostAsync(string url, IReadOnlyDictionary<string, string> form, string? cookie = null, string? bearer = null) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form) }, cookie, bearer, []);

    public Task<HttpResponseMessage> PostJsonAsync(string url, object body, string? bearer = null, params (string Name, string Value)[] headers) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") }, null, bearer, headers);

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string? cookie = null, string? bearer = null, params (string Name, string Value)[] headers)
    {
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Http.SendAsync(request);
    }

    /// <param name="named">What <c>tenant=</c> says; of a shared tenant its slug unless told otherwise.</param>
    public static string AuthorizeQuery(DemoTenant tenant, string scope = "openid email profile offline_access orders", string? named = null)
    {
        var query = QueryHelpers.AddQueryString("", new Dictionary<string, string?>
        {
            ["client_id"] = tenant.ClientId, ["response_type"] = "code", ["redirect_uri"] = tenant.RedirectUri, ["scope"] = scope,
            ["state"] = "s", ["nonce"] = "n", ["code_challenge"] = Challenge, ["code_challenge_method"] = "S256",
        });
        named ??= tenant.Pattern == "shared" ? tenant.Slug : "";
        return named.Length == 0 ? query : QueryHelpers.AddQueryString(query, "tenant", named);
    }

    public Task<HttpResponseMessage> PostSignInAsync(DemoTenant tenant, string username, string password) =>
        PostAsync($"{tenant.SignInHost}/login{AuthorizeQuery(tenant)}", new Dictionary<string, string> { ["username"] = username, ["password"] = password });

    /// <summary>Posts the sign-in form; the session cookie, or null if it was refused.</summary>
    public async Task<string?> SignInAsync(DemoTenant tenant, string username, string password)
    {
        using var response = await PostSignInAsync(tenant, username, password);
        return response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Last().Split(';')[0] : null;
    }

    /// <summary>The code the tenant's authorize endpoint gives this browser, or null.</summary>
    public async Task<string?> CodeAsync(DemoTenant tenant, string cookie)
    {
        using var response = await GetAsync($"{tenant.SignInHost}/oauth2/authorize{AuthorizeQuery(tenant)}", cookie);
        return response.Headers.Location is { IsAbsoluteUri: true } location && QueryHelpers.ParseQuery(location.Query).TryGetValue("code", out var code) ? code.ToString() : null;
    }

    public Task<HttpResponseMessage> RedeemAsync(string authHost, DemoTenant tenant, string code) => PostAsync($"{authHost}/{tenant.Realm}/oauth2/token", new Dictionary<string, string>
    {
        ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = tenant.RedirectUri, ["client_id"] = tenant.ClientId, ["code_verifier"] = Verifier,
    });

    public Task<HttpResponseMessage> RefreshAsync(string authHost, DemoTenant tenant, string refreshToken) => PostAsync($"{authHost}/{tenant.Realm}/oauth2/token", new Dictionary<string, string>
    {
        ["grant_type"] = "refresh_token", ["refresh_token"] = refreshToken, ["client_id"] = tenant.ClientId,
    });

    /// <summary>Signs in over HTTP and redeems the code.</summary>
    public async Task<TokenSet> TokensAsync(DemoFile demo, string tenant, string username = "ada@example.com")
    {
        var at = demo.Tenant(tenant);
        var cookie = await SignInAsync(at, username, demo.User(tenant, username).Password) ?? throw new InvalidOperationException($"{tenant} refused {username}.");
        var code = await CodeAsync(at, cookie) ?? throw new InvalidOperationException($"{tenant} gave no code.");
        using var response = await RedeemAsync(demo.AuthHost, at, code);
        return await TokenSet.ReadAsync(response, cookie);
    }

    public void Dispose() => Http.Dispose();
}

/// <summary>What one sign-in gives.</summary>
public sealed record TokenSet(string Access, string Id, string Refresh, string Cookie)
{
    public static async Task<TokenSet> ReadAsync(HttpResponseMessage response, string cookie = "")
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}");
        using var json = JsonDocument.Parse(text);
        string Of(string name) => json.RootElement.TryGetProperty(name, out var value) ? value.GetString()! : "";
        return new TokenSet(Of("access_token"), Of("id_token"), Of("refresh_token"), cookie);
    }

    public static JsonElement Claims(string jwt) => JsonDocument.Parse(WebEncoders.Base64UrlDecode(jwt.Split('.')[1])).RootElement;
}
