using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Feed;

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
    public static Destination Of(HttpRequest request, AuthHost authHost, DirectoryMap map)
    {
        CellId? house;
        if (authHost.Is(request.Host))
        {
            house = RealmId.TryParse(RealmIn(request.Path), out var realm) ? HouseOf(realm, map) : null;
        }
        else
        {
            house = HouseOf(request.Host.Value!, map);
        }

        if (house is not { } cellId)
        {
            return new Refused(authHost.Is(request.Host) ? Refusals.RealmUnknown : Refusals.HostUnknown);
        }

        if (!map.TryGet(cellId, out var cell) || !Uri.TryCreate(cell.Endpoint, UriKind.Absolute, out var endpoint))
        {
            return new Refused(Refusals.CellUnavailable);
        }

        // A cell takes what is addressed to its own endpoint for the control plane's word: that never comes from here.
        return string.Equals(endpoint.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
            ? new Refused(Refusals.HostUnknown)
            : new Found(cell);
    }

    // A user pool of Amazon Cognito is reached there and not through here.
    private static CellId? HouseOf(RealmId realm, DirectoryMap map) =>
        map.TryGet(realm, out var tenant) ? tenant.Cell
        : map.TryGetShared(realm, out var shared) && shared.Backend == Backend.Native ? shared.Cell
        : null;

    private static CellId? HouseOf(string host, DirectoryMap map) =>
        map.TryGetByHost(host, out var tenant) ? tenant.Cell : map.TryGetSharedByHost(host, out var shared) ? shared.Cell : null;

    // The first segment, or the segment after RFC 8414's well-known prefix.
    private static string? RealmIn(PathString path)
    {
        var rest = path.StartsWithSegments("/.well-known/oauth-authorization-server", StringComparison.Ordinal, out var after) ? after : path;
        return rest.Value is ['/', ..] text ? text[1..].Split('/', 2)[0] : null;
    }
}
