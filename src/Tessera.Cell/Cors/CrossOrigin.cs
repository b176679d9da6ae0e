using Tessera.Cell.Protocol;
using Tessera.Cell.Realms;

namespace Tessera.Cell.Cors;

/// <summary>
/// Lets scripts of other origins call what is made for them, and nothing else (Fetch standard): what the issuer publishes for
/// everybody, the token endpoints for the origins of the realm's own clients. Never with credentials, so no cookie ever
/// counts; never a page.
/// </summary>
internal sealed class CrossOrigin : IMiddleware
{
    private const int MostLength = 300;
    private static readonly string[] ForEverybody = [ProtocolPaths.Configuration, ProtocolPaths.AuthorizationServer, ProtocolPaths.JsonWebKeySet];
    private static readonly string[] ForClients =
    [
        ProtocolPaths.Token, ProtocolPaths.UserInfo, ProtocolPaths.Revoke, ProtocolPaths.Introspect, ProtocolPaths.PushedAuthorization, ProtocolPaths.DeviceAuthorization,
    ];

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length is 0 or > MostLength || context.CurrentDoor() == Door.Control || await AllowAsync(context, origin) is not { } allowed)
        {
            await next(context);
            return;
        }

        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = allowed;
        headers.AccessControlExposeHeaders = "WWW-Authenticate";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        if (HttpMethods.IsOptions(context.Request.Method) && context.Request.Headers.AccessControlRequestMethod.Count > 0)
        {
            headers.AccessControlAllowMethods = "GET, POST";
            headers.AccessControlAllowHeaders = "Authorization, Content-Type";
            headers.AccessControlMaxAge = "600";
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await next(context);
    }

    private static async Task<string?> AllowAsync(HttpContext context, string origin)
    {
        var path = context.Request.Path.Value ?? "";
        if (context.CurrentDoor() == Door.Auth && ForEverybody.Contains(path))
        {
            return "*";
        }

        if (!ForClients.Contains(path))
        {
            return null;
        }

        context.Response.Headers.Vary = "Origin";
        return await context.RequestServices.GetRequiredService<ClientOrigins>().HasAsync(origin, context.RequestAborted) ? origin : null;
    }
}
