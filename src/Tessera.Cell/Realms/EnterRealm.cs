using Microsoft.Extensions.Options;
using Tessera.Cell.Limits;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;

namespace Tessera.Cell.Realms;

/// <summary>
/// The first thing that happens to a request: its host, compared whole and with the port, tells the door and the realm.
/// The host is a look-up key and nothing else; from here on scheme, host and path base are the stored ones.
/// </summary>
internal sealed class EnterRealm(RealmLookup realms, IOptions<CellOptions> options) : IMiddleware
{
    private const string Rfc8414 = "/.well-known/oauth-authorization-server/";
    private static readonly Error Unknown = new("not_found", StatusCodes.Status404NotFound, "There is nothing at this address.");
    private static readonly Error Misdirected = new("misdirected", StatusCodes.Status421MisdirectedRequest, "This cell does not house the realm. Ask the router again.");
    private static readonly Error Suspended = new("tenant_suspended", StatusCodes.Status403Forbidden, "The tenant is suspended. Its operator can resume it.");
    private readonly string _authHost = options.Value.AuthHostUri.Authority;
    private readonly string _ownHost = options.Value.ListenUri.Authority;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var host = context.Request.Host.Value?.ToLowerInvariant() ?? "";
        var refusal = host == _ownHost ? EnterControl(context)
            : host == _authHost ? await EnterAuthHostAsync(context)
            : await EnterSignInHostAsync(context, host);
        if (refusal is not null)
        {
            await ProblemResponse.WriteAsync(context, refusal);
            return;
        }

        await next(context);
    }

    private static Error? EnterControl(HttpContext context)
    {
        context.Features.Set(new AtDoor(Door.Control));
        return null;
    }

    private async Task<Error?> EnterAuthHostAsync(HttpContext context)
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
            return Unknown;
        }

        if (await realms.FindAsync(id, context.RequestAborted) is not { } realm)
        {
            return Misdirected;
        }

        context.Response.OnStarting(RefuseCookies, context);
        return Enter(context, realm, Door.Auth, new HostString(_authHost), path[..end], path[end..]);
    }

    private async Task<Error?> EnterSignInHostAsync(HttpContext context, string host) =>
        await realms.FindAsync(host, context.RequestAborted) is { } realm
            ? Enter(context, realm, Door.SignIn, new HostString(realm.SignIn.Authority), PathString.Empty, context.Request.Path)
            : Misdirected;

    private static Error? Enter(HttpContext context, Realm realm, Door door, HostString host, PathString pathBase, PathString path)
    {
        if (RefusalOf(realm) is { } refusal)
        {
            return refusal;
        }

        context.Features.Set(new AtDoor(door));
        context.RequestServices.GetRequiredService<RealmScope>().Set(realm);
        context.Request.Scheme = realm.SignIn.Scheme;
        context.Request.Host = host;
        context.Request.PathBase = pathBase;
        context.Request.Path = path;
        return null;
    }

    private static Error? RefusalOf(Realm realm) => realm.State == TenantState.Active ? null : Suspended;

    private static Task RefuseCookies(object state) => ((HttpContext)state).Response.Headers.SetCookie.Count == 0
        ? Task.CompletedTask
        : throw new InvalidOperationException("A cookie was about to be set on the auth host.");
}
