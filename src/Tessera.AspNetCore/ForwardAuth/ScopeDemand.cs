using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Tessera.AspNetCore.ForwardAuth;

/// <summary>
/// What the proxy's configuration demands of a token beyond its being good: scopes, in a header it sets itself. Each one
/// named in it is demanded, however often the header is there, so a caller who writes it can only be refused more.
/// </summary>
internal static class ScopeDemand
{
    private const string Header = "Tessera-Demand-Scope";
    private static readonly char[] Separators = [' ', ','];

    /// <summary>The challenge of RFC 6750 section 3.1 when a scope that was demanded is not in the token; null when none is missing.</summary>
    public static string? Missing(IHeaderDictionary headers, ClaimsPrincipal caller)
    {
        var has = caller.FindAll("scope").SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        var missing = headers[Header].SelectMany(value => value?.Split(Separators, StringSplitOptions.RemoveEmptyEntries) ?? []).Where(scope => !has.Contains(scope)).ToArray();
        return missing.Length == 0 ? null : $"Bearer error=\"insufficient_scope\", scope=\"{string.Join(' ', missing.Where(IsToken))}\"";
    }

    // RFC 6749 section 3.3; whatever else is demanded has no place in a header.
    private static bool IsToken(string scope) => scope.All(character => character is >= '!' and <= '~' and not '"' and not '\\');
}
