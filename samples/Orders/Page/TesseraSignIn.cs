using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Ids;
using Route = Tessera.Contracts.Routing.Route;
using static System.Buffers.Text.Base64Url;

namespace Orders.Page;

internal sealed record Tokens(string AccessToken, string IdToken);

/// <summary>The page's side of OpenID Connect: a public client of whichever tenant the visitor names.</summary>
internal sealed class TesseraSignIn(HttpClient http, IOptions<PageOptions> options)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private string RedirectUri => $"http://{options.Value.Host}/callback";

    /// <summary>Where the tenant signs in; null when there is no such tenant.</summary>
    public async Task<Route?> FindAsync(Slug slug, CancellationToken cancellation)
    {
        using var response = await http.GetAsync($"{options.Value.RouteApi.TrimEnd('/')}/route?slug={slug}", cancellation);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<Route>(Json, cancellation);
    }

    public string AuthorizeUrl(SignInAttempt attempt) => QueryHelpers.AddQueryString($"{attempt.SignInHost}/oauth2/authorize", new Dictionary<string, string?>
    {
        ["response_type"] = "code",
        ["client_id"] = attempt.ClientId,
        ["redirect_uri"] = RedirectUri,
        ["scope"] = "openid profile",
        ["tenant"] = attempt.Slug, // of a realm that several tenants share; elsewhere it says nothing new
        ["state"] = attempt.State,
        ["nonce"] = attempt.Nonce,
        ["code_challenge"] = attempt.Challenge(),
        ["code_challenge_method"] = "S256",
    });

    /// <summary>Where the tenant's session is ended. The tenant asks first: the id token that would spare the question has no place in a URL.</summary>
    public string LogoutUrl(string signInHost, string clientId) => QueryHelpers.AddQueryString($"{signInHost}/logout", new Dictionary<string, string?>
    {
        ["client_id"] = clientId,
        ["post_logout_redirect_uri"] = $"http://{options.Value.Host}/",
    });

    /// <summary>Exchanges the code; null when the issuer refuses it or answers for another sign-in.</summary>
    public async Task<Tokens?> RedeemAsync(SignInAttempt attempt, string code, CancellationToken cancellation)
    {
        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "authorization_code"),
            new("code", code),
            new("redirect_uri", RedirectUri),
            new("client_id", attempt.ClientId),
            new("code_verifier", attempt.Verifier),
        ]);
        using var response = await http.PostAsync($"{attempt.Issuer}/oauth2/token", form, cancellation);
        var tokens = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<Tokens>(Json, cancellation) : null;
        return tokens is not null && ClaimsOf(tokens.IdToken) == (attempt.Nonce, attempt.Tenant) ? tokens : null;
    }

    /// <summary>The visitor's orders, from the API, with the visitor's token; null when it is no longer accepted.</summary>
    public async Task<OrderList?> OrdersAsync(string api, string accessToken, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{api}/orders") { Headers = { Authorization = new("Bearer", accessToken) } };
        using var response = await http.SendAsync(request, cancellation);
        return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<OrderList>(Json, cancellation) : null;
    }

    // The token comes straight from the issuer, so its signature need not be checked here (OpenID Connect Core 3.1.3.7);
    // the nonce ties it to this browser, the tenant to what the visitor asked for.
    private static (string? Nonce, string? Tenant) ClaimsOf(string? idToken)
    {
        try
        {
            var claims = JsonElement.Parse(DecodeFromChars((idToken ?? "").Split('.') is [_, var payload, _] ? payload : ""));
            return (claims.GetProperty("nonce").GetString(), claims.GetProperty("tenant_id").GetString());
        }
        catch (Exception e) when (e is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return default;
        }
    }
}
