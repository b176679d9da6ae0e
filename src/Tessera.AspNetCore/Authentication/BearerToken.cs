using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Tessera.AspNetCore.Hubs;
using Tessera.AspNetCore.Tokens;

namespace Tessera.AspNetCore.Authentication;

/// <summary>
/// Where a request brings its token: in the Authorization header, or, in a browser's WebSocket handshake, which can set no
/// header, as one of its subprotocols. Never in the query, which ends in logs.
/// </summary>
internal static class BearerToken
{
    private const string Prefix = "Bearer ";

    /// <returns>False when there is none, or when <paramref name="failure"/> says why the request is refused.</returns>
    public static bool TryRead(HttpRequest request, [NotNullWhen(true)] out string? token, out TokenFailure? failure)
    {
        var inHeader = request.Headers.Authorization;
        var inHandshake = WebSocketToken.Of(request);
        token = null;
        failure = IsOneAtMost(inHeader.Count, inHandshake.Count) ? null : TokenFailure.Malformed;
        if (failure is not null)
        {
            return false;
        }

        token = inHandshake is [var brought] ? brought
            : inHeader is [{ } header] && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? header[Prefix.Length..].Trim(' ')
            : null;
        return token is not null;
    }

    // RFC 6750 section 2: one method of sending the token in a request, and one token.
    private static bool IsOneAtMost(int headers, int subprotocols) => headers + subprotocols <= 1;
}
