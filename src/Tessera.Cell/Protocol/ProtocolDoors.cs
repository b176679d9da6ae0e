using OpenIddict.Server;
using Tessera.Cell.Realms;
using static OpenIddict.Server.OpenIddictServerEvents;
using Endpoint = OpenIddict.Server.OpenIddictServerEndpointType;

namespace Tessera.Cell.Protocol;

/// <summary>Which protocol endpoint is served at which door; at any other it does not exist.</summary>
internal static class ProtocolDoors
{
    public static readonly IReadOnlyDictionary<Endpoint, Door[]> Served = new Dictionary<Endpoint, Door[]>
    {
        [Endpoint.Configuration] = [Door.Auth],
        [Endpoint.JsonWebKeySet] = [Door.Auth],
        [Endpoint.Token] = [Door.Auth, Door.SignIn],
        [Endpoint.UserInfo] = [Door.Auth, Door.SignIn],
        [Endpoint.Revocation] = [Door.Auth, Door.SignIn],
        [Endpoint.Introspection] = [Door.Auth, Door.SignIn],
        [Endpoint.PushedAuthorization] = [Door.Auth, Door.SignIn],
        [Endpoint.DeviceAuthorization] = [Door.Auth, Door.SignIn],
        [Endpoint.EndUserVerification] = [Door.SignIn],
        [Endpoint.Authorization] = [Door.SignIn],
        [Endpoint.EndSession] = [Door.SignIn],
    };
}

/// <summary>
/// Once OpenIddict knows which endpoint is meant: is it served at this door? From here on the base URI is the realm's
/// issuer. Asks for the endpoint, not the path, because OpenIddict's own matching is laxer than ours.
/// </summary>
internal sealed class EnterByDoor(IHttpContextAccessor http, RealmScope scope) : IOpenIddictServerHandler<ProcessRequestContext>
{
    public ValueTask HandleAsync(ProcessRequestContext context)
    {
        var door = http.HttpContext!.CurrentDoor();
        if (!ProtocolDoors.Served.TryGetValue(context.EndpointType, out var doors) || !doors.Contains(door))
        {
            context.EndpointType = Endpoint.Unknown;
            return default;
        }

        if (context.EndpointType is Endpoint.Configuration or Endpoint.JsonWebKeySet)
        {
            http.HttpContext!.Response.Headers.CacheControl = "public, max-age=60"; // published, and the same for everybody
        }

        context.BaseUri = scope.Realm.Issuer;
        return default;
    }
}
