using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;
using Tessera.Router.Map;

namespace Tessera.Router.Routes;

/// <summary><c>GET /route</c> on the auth host: where a tenant signs in, from public fields alone.</summary>
internal static class RouteApi
{
    // Anyone may keep the answer for a minute: no request is routed by it, and what it held still works when it changes,
    // by a new default client, a move or a promotion. That something is unknown is never kept, so a new tenant is found at once.
    private const string MayBeKept = "public, max-age=60";

    public static void MapRouteApi(this WebApplication app, AuthHost authHost)
    {
        var map = app.Services.GetRequiredService<RouteMap>();
        var limits = app.Services.GetRequiredService<RouteLimits>();
        app.MapGet("/route", (HttpContext context) => AnswerAsync(context, map, authHost, limits)).RequireHost(authHost.Authority);
    }

    private static async Task AnswerAsync(HttpContext context, RouteMap map, AuthHost authHost, RouteLimits limits)
    {
        if (!limits.Admit(context))
        {
            await context.AnswerAsync(Refusals.RateLimited);
            return;
        }

        // Any page may read it: it is public, and no credential is looked at.
        context.Response.Headers.AccessControlAllowOrigin = "*";
        var (find, error) = RouteKey.Read(context.Request.QueryString);
        var route = find is null ? null : ToRoute(find(map), map, authHost);
        if (route is null)
        {
            await context.AnswerAsync(error ?? (map.IsWhole ? Refusals.RouteUnknown : Refusals.DirectoryLoading));
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = MayBeKept;
        var body = JsonSerializer.SerializeToUtf8Bytes(route, WireJson.Default.Route); // short, and with its length it goes out with its head
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    // A suspended tenant has no place to sign in at, so it has no route; its requests are still proxied, and its cell says why.
    private static Route? ToRoute(RoutedTenant? found, RouteMap map, AuthHost authHost) =>
        found is not { } tenant || !HasRoute(tenant) || !tenant.TryGetCell(out var cell) ? null
        : tenant.Pattern == Pattern.Shared ? ToSharedRoute(tenant, cell, map, authHost)
        : tenant.DefaultClient is { } client
            ? new Route(tenant.TenantId, tenant.Slug, tenant.Realm, client, cell.Region, tenant.Issuer, Origin(tenant.SignInHost, tenant.Backend, authHost))
            : null;

    private static bool HasRoute(RoutedTenant tenant) => tenant.State == TenantState.Active;

    private static Route? ToSharedRoute(RoutedTenant tenant, CellEntry cell, RouteMap map, AuthHost authHost) =>
        tenant.SharedRealm is { } realm && map.TryGetShared(realm, out var shared) && shared.Clients is [var client, ..]
            ? new Route(tenant.TenantId, tenant.Slug, shared.Realm, client, cell.Region, shared.Issuer, Origin(shared.SignInHost, shared.Backend, authHost))
            : null;

    // Amazon Cognito's pages have TLS, whatever ours have.
    private static string Origin(string signInHost, Backend backend, AuthHost authHost) =>
        backend == Backend.Native ? authHost.OriginOf(signInHost) : $"https://{signInHost}";
}
