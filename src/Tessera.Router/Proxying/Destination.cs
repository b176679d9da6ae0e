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

    /// <param name="Owner">The tenant, or what stands for the shared realm: whose share of the cell the request takes.</param>
    /// <param name="Epoch">The tenant's epoch as the directory tells it; null where it has no realm of its own that could move.</param>
    public sealed record Found(CellEntry Cell, Guid Owner, long? Epoch) : Destination;

    public sealed record Refused(Error Error) : Destination;

    /// <summary>By the realm in the path on the auth host, by the exact host everywhere else. Nothing falls back to anything.</summary>
    public static Destination Of(HttpRequest request, AuthHost authHost, RouteMap map)
    {
        var house = authHost.Is(request.Host)
            ? RealmId.TryParse(RealmIn(request.Path), out var realm) ? OfRealm(realm, map) : null
            : OfHost(request.Host.Value!, map);
        return house switch
        {
            null when !map.IsWhole => new Refused(Refusals.DirectoryLoading),
            null => new Refused(authHost.Is(request.Host) ? Refusals.RealmUnknown : Refusals.HostUnknown),
            // A cell takes what is addressed to its own endpoint for the control plane's word: that never comes from here.
            Found(var cell, _, _) when IsAt(cell, request.Host) => new Refused(Refusals.HostUnknown),
            _ => house,
        };
    }

    /// <summary>The cell that a tenant is said to have gone to; null if a request may not go there.</summary>
    public static CellEntry? Moved(HttpRequest request, CellId to, RouteMap map) =>
        map.TryGet(to, out var cell) && cell.Endpoint is not null && !IsAt(cell, request.Host) ? cell : null;

    // A user pool of Amazon Cognito is reached there and not through here.
    private static Destination? OfRealm(RealmId realm, RouteMap map) =>
        map.TryGet(realm, out RoutedTenant tenant) ? OfTenant(tenant)
        : map.TryGetShared(realm, out var shared) && shared.Backend == Backend.Native ? OfShared(shared, map)
        : null;

    private static Destination? OfHost(string host, RouteMap map) =>
        map.TryGetByHost(host, out var tenant) ? OfTenant(tenant)
        : map.TryGetSharedByHost(host, out var shared) ? OfShared(shared, map)
        : null;

    private static Destination OfTenant(RoutedTenant tenant) => At(tenant.TryGetCell(out var cell) ? cell : null, tenant.TenantId.Value, tenant.Epoch);

    private static Destination OfShared(SharedRealmEntry shared, RouteMap map) =>
        At(map.TryGet(shared.Cell, out var cell) ? cell : null, shared.Pool.Value, epoch: null);

    private static Destination At(CellEntry? cell, Guid owner, long? epoch) =>
        cell?.Endpoint is not null ? new Found(cell, owner, epoch) : new Refused(Refusals.CellUnavailable);

    // Nearly no host even ends like the cell's endpoint; where one does, it is compared as an address.
    private static bool IsAt(CellEntry cell, HostString host) =>
        cell.Endpoint!.Contains(host.Value!, StringComparison.OrdinalIgnoreCase)
        && string.Equals(new Uri(cell.Endpoint).Authority, host.Value, StringComparison.OrdinalIgnoreCase);

    // The first segment, or the segment after RFC 8414's well-known prefix.
    private static string? RealmIn(PathString path)
    {
        var rest = path.StartsWithSegments("/.well-known/oauth-authorization-server", StringComparison.Ordinal, out var after) ? after : path;
        return rest.Value is ['/', ..] text ? text[1..].Split('/', 2)[0] : null;
    }
}
