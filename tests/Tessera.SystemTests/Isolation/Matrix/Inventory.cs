using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using Tessera.Cell.Control;
using Tessera.Cell.Protocol;
using Tessera.Cell.Realms;
using Tessera.SystemTests.Running;
using ProtocolEndpoint = OpenIddict.Server.OpenIddictServerEndpointType;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>Every endpoint there is, read from the hosts themselves: built here, not started, with the demo's own settings.</summary>
internal static class Inventory
{
    /// <summary>The methods each protocol endpoint takes. One that is not here cannot be listed, and the test fails.</summary>
    private static readonly Dictionary<ProtocolEndpoint, string[]> Methods = new()
    {
        [ProtocolEndpoint.Configuration] = ["GET"],
        [ProtocolEndpoint.JsonWebKeySet] = ["GET"],
        [ProtocolEndpoint.Token] = ["POST"],
        [ProtocolEndpoint.UserInfo] = ["GET", "POST"],
        [ProtocolEndpoint.Revocation] = ["POST"],
        [ProtocolEndpoint.Introspection] = ["POST"],
        [ProtocolEndpoint.PushedAuthorization] = ["POST"],
        [ProtocolEndpoint.DeviceAuthorization] = ["POST"],
        [ProtocolEndpoint.EndUserVerification] = ["GET", "POST"],
        [ProtocolEndpoint.Authorization] = ["GET", "POST"],
        [ProtocolEndpoint.EndSession] = ["GET", "POST"],
    };

    public static async Task<IReadOnlyList<Surface>> ReadAsync(Demo demo)
    {
        var settings = await HostSettings.ReadAsync(demo);
        await using var cell = Tessera.Cell.CellApp.Build(settings.Cell);
        await using var control = Tessera.ControlPlane.ControlPlaneApp.Build(settings.Control);
        await using var orders = Orders.OrdersApp.Build(settings.Orders);
        await using var router = Tessera.Router.RouterApp.Build(settings.Router);
        var protocol = Protocol(cell).ToList();
        var paths = protocol.Select(surface => surface.Path).ToHashSet();
        return
        [
            .. protocol,
            .. Mapped("cell", cell).Where(surface => !paths.Contains(surface.Path)), // authorize and logout are both
            .. Mapped("control", control),
            .. Mapped("orders", orders),
            .. Mapped("router", router),
        ];
    }

    private static IEnumerable<Surface> Protocol(WebApplication cell)
    {
        var options = cell.Services.GetRequiredService<IOptionsMonitor<OpenIddictServerOptions>>().CurrentValue;
        return from served in ProtocolDoors.Served
               from uri in Uris(options, served.Key)
               from method in Methods[served.Key]
               from door in served.Value
               select new Surface("cell", method, "/" + uri.OriginalString.TrimStart('/'), door);
    }

    private static List<Uri> Uris(OpenIddictServerOptions options, ProtocolEndpoint endpoint) => endpoint switch
    {
        ProtocolEndpoint.Configuration => options.ConfigurationEndpointUris,
        ProtocolEndpoint.JsonWebKeySet => options.JsonWebKeySetEndpointUris,
        ProtocolEndpoint.Token => options.TokenEndpointUris,
        ProtocolEndpoint.UserInfo => options.UserInfoEndpointUris,
        ProtocolEndpoint.Revocation => options.RevocationEndpointUris,
        ProtocolEndpoint.Introspection => options.IntrospectionEndpointUris,
        ProtocolEndpoint.PushedAuthorization => options.PushedAuthorizationEndpointUris,
        ProtocolEndpoint.DeviceAuthorization => options.DeviceAuthorizationEndpointUris,
        ProtocolEndpoint.EndUserVerification => options.EndUserVerificationEndpointUris,
        ProtocolEndpoint.Authorization => options.AuthorizationEndpointUris,
        ProtocolEndpoint.EndSession => options.EndSessionEndpointUris,
        _ => throw new InvalidOperationException($"Nothing says where {endpoint} is served."),
    };

    private static IEnumerable<Surface> Mapped(string host, IEndpointRouteBuilder app) =>
        from endpoint in app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        select new Surface(
            host, method, "/" + endpoint.RoutePattern.RawText!.Trim('/'),
            endpoint.Metadata.GetMetadata<AtDoor>()?.Door, endpoint.Metadata.GetMetadata<Demands>()?.Purpose);
}
