using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Router.Map;

namespace Tessera.Router.Proxying;

/// <summary>Where a request goes: to a cell, or nowhere and why.</summary>
internal abstract record Destination
{
    private Destination()
    {
    }

    public sealed record Found(CellEntry Cell) : Destination;

    public sealed record Refused(Error Error) : Destination;

    /// <summary>By the realm in the path on the auth host, by the exact host everywhere else. Nothing falls back to anything.</summary>
    public static Destination Of(HttpRequest request, AuthHost authHost, RouteMap map)
    {
        var house = authHost.Is(request.Host)
            ? RealmId.TryParse(RealmIn(request.Path), out var realm) ? OfRealm(realm, map) : null
            : OfHost(request.Host.Value!, map);
        return house switch
        {
            null => new Refused(authHost.Is(request.Host) ? Refusals.RealmUnknown : Refusals.HostUnknown),
            // A cell takes what is addressed to its own endpoint for the control plane's word: that never comes from here.
            Found(var cell) when IsAt(cell, request.Host) => new Refused(Refusals.HostUnknown),
            _ => house,
        };
    }

    // A user pool of Amazon Cognito is reached there and not through here.
    private static Destination? OfRealm(RealmId realm, RouteMap map) =>
        map.TryGet(realm, out RoutedTenant tenant) ? At(tenant.TryGetCell(out var own) ? own : null)
        : map.TryGetShared(realm, out var shared) && shared.Backend == Backend.Native ? At(map.TryGet(shared.Cell, out var pools) ? pools : null)
        : null;

    private static Destination? OfHost(string host, RouteMap map) =>
        map.TryGetByHost(host, out var tenant) ? At(tenant.TryGetCell(out var own) ? own : null)
        : map.TryGetSharedByHost(host, out var shared) ? At(map.TryGet(shared.Cell, out var pools) ? pools : null)
        : null;

    private static Destination At(CellEntry? cell) =>
        cell is not null && Uri.TryCreate(cell.Endpoint, UriKind.Absolute, out _) ? new Found(cell) : new Refused(Refusals.CellUnavailable);

    private static bool IsAt(CellEntry cell, HostString host) =>
        string.Equals(new Uri(cell.Endpoint!).Authority, host.Value, StringComparison.OrdinalIgnoreCase);

    // The first segment, or the segment after RFC 8414's well-known prefix.
    private static string? RealmIn(PathString path)
    {
        var rest = path.StartsWithSegments("/.well-known/oauth-authorization-server", StringComparison.Ordinal, out var after) ? after : path;
        return rest.Value is ['/', ..] text ? text[1..].Split('/', 2)[0] : null;
    }
}
