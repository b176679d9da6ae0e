using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tessera.AspNetCore.Hubs;

/// <summary>
/// How a browser brings its token to a WebSocket: <c>new WebSocket(url, ["tessera", "tessera.bearer." + token])</c>. The
/// characters of a JWT are those of a subprotocol's name; the server answers with the first of the two alone.
/// </summary>
public static class WebSocketToken
{
    /// <summary>The subprotocol that is spoken, and answered.</summary>
    public const string SubProtocol = "tessera";

    /// <summary>What comes before the token in the name of the second one.</summary>
    public const string Prefix = "tessera.bearer.";

    /// <summary>For <c>WebSocketOptions.SubProtocolSelector</c> of a hub that was not mapped with <c>MapTesseraHub</c>: never answers with the token.</summary>
    public static string? Select(IList<string> requested) => requested.Contains(SubProtocol) ? SubProtocol : null;

    internal static IReadOnlyList<string> Of(HttpRequest request) => !IsHandshake(request)
        ? []
        : [.. request.Headers.GetCommaSeparatedValues("Sec-WebSocket-Protocol")
            .Select(name => name.Trim())
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..])];

    // RFC 6455 section 4.1 over HTTP/1.1, RFC 8441 over HTTP/2. Anywhere else the header is nobody's credential.
    private static bool IsHandshake(HttpRequest request) =>
        string.Equals(request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase)
        || request.HttpContext.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" };
}
