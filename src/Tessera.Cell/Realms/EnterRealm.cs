using Microsoft.Extensions.Options;
using Tessera.Cell.Limits;
using Tessera.Cell.Protocol;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.Realms;

/// <summary>
/// The first thing that happens to a request: its host, compared whole and with the port, tells the door and the realm.
/// The host is a look-up key and nothing else; from here on scheme, host and path base are the stored ones.
/// </summary>
internal sealed class EnterRealm(RealmLookup realms, IOptions<CellOptions> options) : IMiddleware
{
    private const string Rfc8414 = "/.well-known/oauth-authorization-server/";
    private static readonly Error Unknown = new("not_found", StatusCodes.Status404NotFound, "There is nothing at this address.");
    private readonly string _authHost = options.Value.AuthHostUri.Authority;
    private readonly string _ownHost = options.Value.EndpointUri.Authority;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var host = context.Request.Host.Value?.ToLowerInvariant() ?? "";
        if (host == _ownHost)
        {
            context.Features.Set(new AtDoor(Door.Control));
            await next(context); // the realm, where there is one, is entered at the service door
            return;
        }

        var entered = host == _authHost ? await EnterAuthHostAsync(context) : await EnterSignInHostAsync(context, host);
        try
        {
            await (entered.Refusal is { } refusal ? ProblemResponse.WriteAsync(context, refusal) : next(context));
        }
        finally
        {
            entered.Leave();
        }
    }

    private async Task<Entered> EnterAuthHostAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (path.StartsWith(Rfc8414, StringComparison.Ordinal))
        {
            // RFC 8414, section 3.1: the issuer's path comes after the well-known part.
            path = $"/{path[Rfc8414.Length..]}{Rfc8414.TrimEnd('/')}";
        }

        var end = path.IndexOf('/', 1);
        if (end < 2 || !RealmId.TryParse(path[1..end], out var id))
        {
            return new(null, Unknown, Counted: false);
        }

        var entered = await RealmEntry.EnterAsync(context, () => realms.LookAsync(id, context.RequestAborted), ProtocolPaths.IsPublished(path[end..]));
        if (entered.Refusal is null)
        {
            context.Response.OnStarting(RefuseCookies, context);
            Enter(context, entered.Realm!, Door.Auth, new HostString(_authHost), path[..end], path[end..]);
        }

        return entered;
    }

    private async Task<Entered> EnterSignInHostAsync(HttpContext context, string host)
    {
        var entered = await RealmEntry.EnterAsync(context, () => realms.LookAsync(host, context.RequestAborted), published: false);
        if (entered.Refusal is null)
        {
            Enter(context, entered.Realm!, Door.SignIn, new HostString(entered.Realm!.SignIn.Authority), PathString.Empty, context.Request.Path);
        }

        return entered;
    }

    private static void Enter(HttpContext context, Realm realm, Door door, HostString host, PathString pathBase, PathString path)
    {
        context.Features.Set(new AtDoor(door));
        context.RequestServices.GetRequiredService<RealmScope>().Set(realm);
        context.Request.Scheme = realm.SignIn.Scheme;
        context.Request.Host = host;
        context.Request.PathBase = pathBase;
        context.Request.Path = path;
    }

    private static Task RefuseCookies(object state) => ((HttpContext)state).Response.Headers.SetCookie.Count == 0
        ? Task.CompletedTask
        : throw new InvalidOperationException("A cookie was about to be set on the auth host.");
}
