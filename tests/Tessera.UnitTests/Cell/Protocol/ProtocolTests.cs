using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Tessera.Contracts.Provisioning;

namespace Tessera.UnitTests.Cell.Protocol;

/// <summary>What tests of the protocol's parts have in common.</summary>
public abstract class ProtocolTests(CellFixture cell) : CellTests(cell)
{
    /// <summary>A confidential client of acme's for codes, refresh tokens and itself, and its secret.</summary>
    private protected async Task<(ClientSpec Client, string Secret)> ConfidentialAsync(Action<ClientSpecDraft>? shape = null)
    {
        var secret = "";
        var client = await Cell.AddClientAsync(Acme, draft =>
        {
            secret = draft.MakeConfidential();
            draft.GrantTypes.Add("client_credentials");
            shape?.Invoke(draft);
        });
        return (client, secret);
    }

    /// <summary>A form posted to an address below an issuer, with <c>client_secret_basic</c> where a secret is given.</summary>
    private protected async Task<(int Status, JsonElement Body)> PostAsync(string url, ClientSpec? client, string? secret, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))) };
        if (secret is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client!.ClientId}:{secret}")));
        }

        using var response = await Cell.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement.Clone());
    }

    /// <summary>The code acme gives a client, with PKCE.</summary>
    private protected async Task<string> CodeAsync(ClientSpec client, string cookie, params (string Key, string Value)[] more)
    {
        using var response = await Acme.GetAsync($"{Acme.SignIn}/oauth2/authorize{Acme.AuthorizeQuery(null, [("client_id", client.ClientId.Value), .. more])}", cookie);
        return Query(response).TryGetValue("code", out var code) ? code : throw new InvalidOperationException($"{response.Headers.Location} {await response.Content.ReadAsStringAsync()}");
    }

    private protected Task<(int Status, JsonElement Body)> RedeemAsync(ClientSpec client, string? secret, string code, params (string Name, string Value)[] more) => PostAsync(
        $"{Acme.Issuer}/oauth2/token", client, secret,
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", client.RedirectUris[0]), ("code_verifier", CellTenant.Verifier), .. secret is null ? [("client_id", client.ClientId.Value)] : Array.Empty<(string, string)>(), .. more]);

    protected static Dictionary<string, string> Query(HttpResponseMessage response) => response.Headers.Location is { IsAbsoluteUri: true } location
        ? QueryHelpers.ParseQuery(location.Query).ToDictionary(parameter => parameter.Key, parameter => parameter.Value.ToString())
        : [];

    protected static string? Text(JsonElement body, string name) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) ? value.ToString() : null;

    protected static string[] Audience(string token) => Tokens.Claims(token).GetProperty("aud") is { ValueKind: JsonValueKind.Array } many
        ? [.. many.EnumerateArray().Select(one => one.GetString()!)]
        : [Tokens.Claims(token).GetProperty("aud").GetString()!];
}
