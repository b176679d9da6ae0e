using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Route = Tessera.Contracts.Routing.Route;
using static System.Buffers.Text.Base64Url;

namespace Orders.Page;

/// <summary>What the page must remember between sending a browser to the tenant's sign-in and its return. Lives in one encrypted cookie.</summary>
internal sealed record SignInAttempt(string State, string Nonce, string Verifier, string Issuer, string ClientId, string SignInHost, string Slug, string Tenant)
{
    private const string Cookie = "orders-sign-in";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    public static SignInAttempt For(Route route) =>
        new(Random(), Random(), Random(), route.Issuer, route.ClientId.Value, route.SignInHost, route.Slug.Value, route.TenantId.ToString());

    /// <summary>PKCE, RFC 7636.</summary>
    public string Challenge() => EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    public void Save(HttpContext context, IDataProtectionProvider protection) => context.Response.Cookies.Append(
        Cookie,
        Protector(protection).Protect(JsonSerializer.Serialize(this), Life),
        new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, MaxAge = Life });

    /// <summary>Takes the attempt out of the browser: it is good once.</summary>
    public static SignInAttempt? Take(HttpContext context, IDataProtectionProvider protection)
    {
        var cookie = context.Request.Cookies[Cookie];
        context.Response.Cookies.Delete(Cookie);
        try
        {
            return cookie is null ? null : JsonSerializer.Deserialize<SignInAttempt>(Protector(protection).Unprotect(cookie));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static ITimeLimitedDataProtector Protector(IDataProtectionProvider protection) =>
        protection.CreateProtector("Orders.SignInAttempt").ToTimeLimitedDataProtector();

    private static string Random() => EncodeToString(RandomNumberGenerator.GetBytes(32));
}
