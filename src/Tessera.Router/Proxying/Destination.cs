using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
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
        TenantEntry? tenant;
        if (authHost.Is(request.Host))
        {
            if (!RealmId.TryParse(RealmIn(request.Path), out var realm) || !map.TryGet(realm, out tenant))
            {
                return new Refused(Refusals.RealmUnknown);
            }
        }
        else if (!map.TryGetByHost(request.Host.Value!, out tenant))
        {
            return new Refused(Refusals.HostUnknown);
        }

        if (!map.TryGet(tenant.Cell, out var cell) || !Uri.TryCreate(cell.Endpoint, UriKind.Absolute, out var endpoint))
        {
            return new Refused(Refusals.CellUnavailable);
        }

        // A cell takes what is addressed to its own endpoint for the control plane's word: that never comes from here.
        return string.Equals(endpoint.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
            ? new Refused(Refusals.HostUnknown)
            : new Found(cell);
    }

    // The first segment, or the segment after RFC 8414's well-known prefix.
    private static string? RealmIn(PathString path)
    {
        var rest = path.StartsWithSegments("/.well-known/oauth-authorization-server", StringComparison.Ordinal, out var after) ? after : path;
        return rest.Value is ['/', ..] text ? text[1..].Split('/', 2)[0] : null;
    }
}
