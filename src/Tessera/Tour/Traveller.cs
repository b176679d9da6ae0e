using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Tour;

/// <summary>Where somebody signs in: a tenant, its realm and the client used there.</summary>
/// <param name="Issuer">Of the realm.</param>
/// <param name="SignInHost">Origin of its sign-in pages.</param>
internal sealed record Door(string Slug, string Issuer, string ClientId, string RedirectUri, string SignInHost);

/// <summary>What one sign-in gives.</summary>
internal sealed record Passport(string Access, string Refresh)
{
    public string this[string claim] => Json(Access.Split('.')[1])[claim]?.ToString() ?? "";

    /// <summary>The same access token, saying another tenant, under the signature it had.</summary>
    public string ForgedFor(string tenant)
    {
        var parts = Access.Split('.');
        var claims = Json(parts[1]);
        claims["tenant_id"] = tenant;
        return $"{parts[0]}.{EncodeToString(JsonSerializer.SerializeToUtf8Bytes<JsonNode>(claims, JsonSerializerOptions.Web))}.{parts[2]}";
    }

    private static JsonObject Json(string part) => JsonNode.Parse(DecodeFromChars(part))!.AsObject();
}

/// <summary>What came back from a request.</summary>
internal sealed record Answer(int Status, string Body, string Location)
{
    public override string ToString() =>
        Location.Length > 0 && QueryHelpers.ParseQuery(new Uri(Location, UriKind.RelativeOrAbsolute) is { IsAbsoluteUri: true } to ? to.Query : "").TryGetValue("error", out var error) ? $"error={error}"
        : Location.StartsWith("/login", StringComparison.Ordinal) ? "asked to sign in"
        : Body.StartsWith('{') && JsonNode.Parse(Body) is JsonObject json && (json["error"] ?? json["code"]) is { } code ? $"{Status} {code}"
        : $"{Status}";
}

/// <summary>Somebody with a browser's manners who goes through the real protocol: sign-in form, authorization code with PKCE, refresh.</summary>
internal sealed class Traveller(HttpClient http, string authHost)
{
    private readonly string _verifier = EncodeToString(RandomNumberGenerator.GetBytes(32));

    public string IssuerOf(string realm) => $"{authHost}/{realm}";

    /// <summary>The session cookie; null when the password is refused.</summary>
    public async Task<string?> SignInAsync(Door door, string username, string password, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{door.SignInHost}/login{Query(door)}")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["username"] = username, ["password"] = password }),
        };
        using var response = await http.SendAsync(request, cancellation);
        return response.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Last().Split(';')[0] : null;
    }

    /// <summary>What the authorize endpoint says to a browser with this session.</summary>
    /// <param name="tenant">Named in the request; the door's own unless said otherwise.</param>
    public Task<Answer> AuthorizeAsync(Door door, string session, string? tenant, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{door.SignInHost}/oauth2/authorize{Query(door, tenant)}") { Headers = { { "Cookie", session } } }, cancellation);

    /// <summary>Exchanges a code at any token endpoint, by any client.</summary>
    public Task<Answer> RedeemAsync(Door door, string code, CancellationToken cancellation) => TokenAsync(door, cancellation,
        ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", door.RedirectUri), ("code_verifier", _verifier));

    public Task<Answer> RefreshAsync(Door door, string refreshToken, CancellationToken cancellation) => TokenAsync(door, cancellation,
        ("grant_type", "refresh_token"), ("refresh_token", refreshToken));

    /// <summary>A whole sign-in.</summary>
    /// <exception cref="Fault">Some step of it was refused.</exception>
    public async Task<Passport> EnterAsync(Door door, string username, string password, CancellationToken cancellation)
    {
        var session = await SignInAsync(door, username, password, cancellation) ?? throw new Fault($"{door.Slug} refuses {username}.");
        var code = CodeIn(await AuthorizeAsync(door, session, door.Slug, cancellation)) ?? throw new Fault($"{door.Slug} gives {username} no code.");
        return PassportIn(await RedeemAsync(door, code, cancellation)) ?? throw new Fault($"{door.Slug} gives {username} no tokens.");
    }

    public Task<Answer> CallAsync(string url, string bearer, CancellationToken cancellation, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", bearer) } };
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return SendAsync(request, cancellation);
    }

    public static string? CodeIn(Answer answer) =>
        Uri.TryCreate(answer.Location, UriKind.Absolute, out var to) && QueryHelpers.ParseQuery(to.Query).TryGetValue("code", out var code) ? code.ToString() : null;

    public static Passport? PassportIn(Answer answer) => answer.Status == 200 && JsonNode.Parse(answer.Body) is { } json
        ? new Passport(json["access_token"]!.GetValue<string>(), json["refresh_token"]?.GetValue<string>() ?? "")
        : null;

    private Task<Answer> TokenAsync(Door door, CancellationToken cancellation, params (string Name, string Value)[] fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{door.Issuer}/oauth2/token")
        {
            Content = new FormUrlEncodedContent(fields.Append(("client_id", door.ClientId)).Select(field => KeyValuePair.Create(field.Item1, field.Item2))),
        }, cancellation);

    private async Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        {
            using var response = await http.SendAsync(request, cancellation);
            return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellation), response.Headers.Location?.OriginalString ?? "");
        }
    }

    private string Query(Door door, string? tenant = null) => QueryHelpers.AddQueryString("", new Dictionary<string, string?>
    {
        ["client_id"] = door.ClientId,
        ["response_type"] = "code",
        ["redirect_uri"] = door.RedirectUri,
        ["scope"] = "openid offline_access orders",
        ["state"] = "tour",
        ["code_challenge"] = EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(_verifier))),
        ["code_challenge_method"] = "S256",
        ["tenant"] = tenant ?? door.Slug,
    });
}
