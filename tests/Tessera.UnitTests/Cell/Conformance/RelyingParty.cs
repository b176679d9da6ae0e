using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Tessera.Contracts.Provisioning;

namespace Tessera.UnitTests.Cell.Conformance;

/// <summary>
/// The party the OpenID Foundation's suite plays: a confidential client that signs its id tokens with RS256, authenticates
/// with <c>client_secret_basic</c> and, as the basic profile has it, uses no PKCE; and its person's browser.
/// </summary>
internal sealed class RelyingParty(CellTenant tenant, CellHost cell, ClientSpec client, string secret)
{
    public const string PostLogout = "https://app.test/out";

    /// <summary>What the person's browser is signed in with.</summary>
    public string? Cookie { get; private set; }

    internal ClientSpec Client => client;

    public string Secret => secret;

    public CellTenant Tenant => tenant;

    /// <summary>An authorization request; a value of null leaves a parameter out.</summary>
    internal static Dictionary<string, string?> Request(ClientSpec client, params (string Name, string? Value)[] changes)
    {
        Dictionary<string, string?> request = new()
        {
            ["client_id"] = client.ClientId.Value, ["response_type"] = "code", ["redirect_uri"] = CellTenant.RedirectUri, ["scope"] = "openid", ["state"] = "the-state", ["nonce"] = "the-nonce",
        };
        foreach (var (name, value) in changes)
        {
            request[name] = value;
        }

        return request.Where(parameter => parameter.Value is not null).ToDictionary();
    }

    public Dictionary<string, string?> Request(params (string Name, string? Value)[] changes) => Request(client, changes);

    /// <summary>Where authorize sends the browser at once, signed in or not.</summary>
    public async Task<HttpResponseMessage> AuthorizeAsync(IDictionary<string, string?> request, bool post = false) => post
        ? await tenant.PostAsync($"{tenant.SignIn}/oauth2/authorize", request.ToDictionary(field => field.Key, field => field.Value!), Cookie)
        : await tenant.GetAsync(QueryHelpers.AddQueryString($"{tenant.SignIn}/oauth2/authorize", request), Cookie);

    /// <summary>Goes through authorize and, where it is shown, the sign-in page; the parameters that come back to the client.</summary>
    public async Task<(Dictionary<string, string> Answer, bool Typed)> FlowAsync(IDictionary<string, string?> request, bool post = false)
    {
        using var first = await AuthorizeAsync(request, post);
        var location = first.Headers.Location ?? throw new InvalidOperationException($"{(int)first.StatusCode} {await first.Content.ReadAsStringAsync()}");
        if (location.IsAbsoluteUri)
        {
            return (Answer(location), false);
        }

        using var page = await tenant.GetAsync(tenant.SignIn + location, Cookie);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        using var typed = await tenant.PostAsync(tenant.SignIn + location, new() { ["username"] = CellTests.Ada, ["password"] = CellTests.AcmePassword }, Cookie);
        Cookie = typed.Headers.GetValues("Set-Cookie").Last().Split(';')[0];
        using var back = await tenant.GetAsync(tenant.SignIn + typed.Headers.Location, Cookie);
        return (Answer(back.Headers.Location ?? throw new InvalidOperationException(await back.Content.ReadAsStringAsync())), true);
    }

    /// <summary>A whole flow and its tokens.</summary>
    public async Task<FlowResult> SignInAsync(params (string Name, string? Value)[] changes)
    {
        var (answer, typed) = await FlowAsync(Request(changes));
        Assert.Equal("the-state", answer["state"]);
        using var response = await RedeemAsync(answer["code"]);
        return new FlowResult(await Tokens.ReadAsync(response), answer["code"], typed);
    }

    public Task<HttpResponseMessage> RedeemAsync(string code, params (string Name, string Value)[] more) => TokenAsync(
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CellTenant.RedirectUri), .. more]);

    /// <summary>A token request with <c>client_secret_basic</c>.</summary>
    public Task<HttpResponseMessage> TokenAsync(params (string Name, string Value)[] form)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{tenant.Issuer}/oauth2/token") { Content = new FormUrlEncodedContent(form.ToDictionary(field => field.Name, field => field.Value)) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client.ClientId}:{secret}")));
        return cell.Http.SendAsync(request);
    }

    public async Task<JsonElement> UserInfoAsync(string access)
    {
        using var response = await tenant.GetAsync($"{tenant.Issuer}/oauth2/userInfo", bearer: access);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    public Task<HttpResponseMessage> LogoutAsync(params (string Name, string? Value)[] parameters) => tenant.GetAsync(
        QueryHelpers.AddQueryString($"{tenant.SignIn}/logout", parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Value)), Cookie);

    public static Dictionary<string, string> Answer(Uri location)
    {
        Assert.StartsWith(CellTenant.RedirectUri + "?", location.ToString(), StringComparison.Ordinal);
        return QueryHelpers.ParseQuery(location.Query).ToDictionary(parameter => parameter.Key, parameter => parameter.Value.ToString());
    }
}

/// <summary>What one flow gave.</summary>
/// <param name="Typed">Whether the person had to type a password.</param>
public sealed record FlowResult(Tokens Tokens, string Code, bool Typed)
{
    public JsonElement IdToken => Tokens.Claims(Tokens.Id!);
}
