using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Feed;

namespace Tessera.AspNetCore.ForwardAuth;

/// <summary>The headers in which an application behind a proxy learns who calls.</summary>
internal static class ProxyHeaders
{
    private const string Prefix = "Tessera-";

    /// <summary>Writes every header, empty where there is nothing to say, so that none of the caller's stays.</summary>
    public static void Write(IHeaderDictionary headers, TenantEntry tenant, ClaimsPrincipal caller)
    {
        headers["Tessera-Tenant-Id"] = tenant.TenantId.ToString();
        headers["Tessera-Tenant"] = tenant.Slug.Value;
        headers["Tessera-Subject"] = Text(caller, "sub");
        headers["Tessera-Client-Id"] = Text(caller, "client_id");
        headers["Tessera-Session"] = Text(caller, "sid");
        headers["Tessera-Scope"] = Text(caller, "scope");
    }

    /// <summary>
    /// A header that proxies take for one of the caller's own and pass on, and applications behind CGI or WSGI, where
    /// <c>-</c> and <c>_</c> are one, for one of these.
    /// </summary>
    public static string? FindAmbiguous(IHeaderDictionary headers) => headers.Keys.FirstOrDefault(name =>
        name.Contains('_', StringComparison.Ordinal) && name.Replace('_', '-').StartsWith(Prefix, StringComparison.OrdinalIgnoreCase));

    // Tokens of every cell write plain characters here; one that does not is told as nobody's rather than as somebody's.
    private static string Text(ClaimsPrincipal caller, string claim)
    {
        var text = string.Join(' ', caller.FindAll(claim).Select(found => found.Value));
        return IsPlain(text) ? text : "";
    }

    private static bool IsPlain(string text) => text.All(character => character is >= ' ' and <= '~');
}
