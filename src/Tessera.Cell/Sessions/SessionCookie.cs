using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Tessera.Cell.Realms;
using Tessera.Contracts.Keys;
using static System.Buffers.Text.Base64Url;

namespace Tessera.Cell.Sessions;

/// <summary>
/// The browser's half of a session: 256 random bits in a host-only cookie that no script reads, <c>__Host-</c> under TLS.
/// Only its hash is stored.
/// </summary>
internal static class SessionCookie
{
    private const int Size = 32;

    /// <summary>A new value set on the response; returns what to store.</summary>
    public static byte[] Issue(HttpContext http, Realm realm)
    {
        var value = RandomNumberGenerator.GetBytes(Size);
        http.Response.Cookies.Append(NameFor(realm), EncodeToString(value), OptionsFor(realm));
        return SHA256.HashData(value);
    }

    public static bool TryRead(HttpContext http, Realm realm, [NotNullWhen(true)] out byte[]? hash)
    {
        hash = Read(http.Request.Cookies[NameFor(realm)]);
        return hash is not null;
    }

    /// <summary>What is stored for a value, which has one text; null if it is no value.</summary>
    public static byte[]? Read(string? text) =>
        text is { Length: 43 } && StrictBase64Url.Decode(text) is { Length: Size } value ? SHA256.HashData(value) : null;

    public static void Delete(HttpContext http, Realm realm) => http.Response.Cookies.Delete(NameFor(realm), OptionsFor(realm));

    private static bool IsSecure(Realm realm) => realm.SignIn.Scheme == Uri.UriSchemeHttps;

    private static string NameFor(Realm realm) => IsSecure(realm) ? "__Host-tessera" : "tessera";

    private static CookieOptions OptionsFor(Realm realm) => new()
    {
        HttpOnly = true,
        Secure = IsSecure(realm),
        SameSite = SameSiteMode.Lax,
        Path = "/",
        IsEssential = true,
    };
}
