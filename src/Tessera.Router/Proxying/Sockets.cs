using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tessera.Router.Proxying;

/// <summary>Requests that become a WebSocket: by an upgrade (RFC 6455 section 4.1), or over HTTP/2 by an extended CONNECT (RFC 8441).</summary>
internal static class Sockets
{
    private const string WebSocket = "websocket";

    public static bool IsSocket(HttpContext context) => IsUpgrade(context) || IsExtendedConnect(context);

    public static bool IsExtendedConnect(HttpContext context) =>
        context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: WebSocket };

    private static bool IsUpgrade(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
        && string.Equals(context.Request.Headers.Upgrade, WebSocket, StringComparison.OrdinalIgnoreCase);
}
