using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tessera.Benchmarks.Load;
using Tessera.Benchmarks.Servers;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Benchmarks.Lanes;

/// <summary>What clients do at a cell, straight at its port as the router would: token requests at the auth host, pages at the realm's own.</summary>
internal static class TesseraClients
{
    public const string Username = "ada@example.com";
    public const string Password = "a password for the bench";
    public const string Verifier = "a-code-verifier-of-sufficient-length-0123456789abc";

    public static readonly string Challenge = EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public static ClientStep ClientCredentials(BenchTenant tenant)
    {
        var request = HttpText.Post(TesseraCell.AuthHost, TokenPath(tenant),
            ("grant_type", "client_credentials"), ("client_id", tenant.Machine.ClientId.Value), ("client_secret", tenant.MachineSecret), ("scope", "orders"));
        return async (connection, cancellation) => (await connection.SendAsync(request, cancellation)).Demand(200);
    }

    /// <summary>Refreshes with the token the last refresh gave; signs in for the first one.</summary>
    public static ClientStep Refresh(BenchTenant tenant)
    {
        string? refreshToken = null;
        return async (connection, cancellation) =>
        {
            refreshToken ??= await RedeemAsync(connection, tenant, await SignInAsync(connection, tenant, cancellation), cancellation);
            var request = HttpText.Post(TesseraCell.AuthHost, TokenPath(tenant),
                ("grant_type", "refresh_token"), ("client_id", tenant.Person.ClientId.Value), ("refresh_token", refreshToken));
            refreshToken = RefreshTokenOf(await connection.SendAsync(request, cancellation));
        };
    }

    /// <summary>A code for a browser that is signed in, and its tokens: two requests.</summary>
    public static ClientStep CodeExchange(BenchTenant tenant)
    {
        string? cookie = null;
        return async (connection, cancellation) =>
        {
            cookie ??= await SignInAsync(connection, tenant, cancellation);
            await RedeemAsync(connection, tenant, cookie, cancellation);
        };
    }

    /// <summary>Posts the sign-in form of a tenant picked anew each time.</summary>
    public static ClientStep SignIn(IReadOnlyList<BenchTenant> tenants) => async (connection, cancellation) =>
        await SignInAsync(connection, tenants[Random.Shared.Next(tenants.Count)], cancellation);

    private static async Task<string> SignInAsync(HttpConnection connection, BenchTenant tenant, CancellationToken cancellation)
    {
        var reply = await connection.SendAsync(HttpText.Post(tenant.SignInHost, $"/login?{AuthorizeQuery(tenant)}", ("username", Username), ("password", Password)), cancellation);
        return HttpText.Between(reply.Demand(302).Header("set-cookie") ?? "", "", ';');
    }

    private static async Task<string> RedeemAsync(HttpConnection connection, BenchTenant tenant, string cookie, CancellationToken cancellation)
    {
        var authorized = await connection.SendAsync(HttpText.Get(tenant.SignInHost, $"/oauth2/authorize?{AuthorizeQuery(tenant)}", cookie), cancellation);
        var code = HttpText.Between(authorized.Demand(302).Header("location") ?? "", "code=", '&');
        var request = HttpText.Post(TesseraCell.AuthHost, TokenPath(tenant),
            ("grant_type", "authorization_code"), ("client_id", tenant.Person.ClientId.Value), ("code", code), ("redirect_uri", BenchTenant.RedirectUri), ("code_verifier", Verifier));
        return RefreshTokenOf(await connection.SendAsync(request, cancellation));
    }

    public static string RefreshTokenOf(HttpReply reply)
    {
        using var tokens = JsonDocument.Parse(reply.Demand(200).Body);
        return tokens.RootElement.GetProperty("refresh_token").GetString()!;
    }

    private static string TokenPath(BenchTenant tenant) => $"/{tenant.Realm}/oauth2/token";

    private static string AuthorizeQuery(BenchTenant tenant) => HttpText.Form(
        ("client_id", tenant.Person.ClientId.Value), ("response_type", "code"), ("redirect_uri", BenchTenant.RedirectUri),
        ("scope", "openid email profile offline_access orders"), ("state", "s"), ("nonce", "n"), ("code_challenge", Challenge), ("code_challenge_method", "S256"));
}
