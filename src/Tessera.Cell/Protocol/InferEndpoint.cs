using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using Endpoint = OpenIddict.Server.OpenIddictServerEndpointType;

namespace Tessera.Cell.Protocol;

/// <summary>
/// Which endpoint a path means, by one look-up: OpenIddict makes and compares a dozen absolute URIs. As lax as its own
/// about case and one slash at the end, because applications may rely on it.
/// </summary>
internal sealed class InferEndpoint(IHttpContextAccessor http, IOptionsMonitor<OpenIddictServerOptions> options) : IOpenIddictServerHandler<ProcessRequestContext>
{
    private readonly Lazy<FrozenDictionary<string, Endpoint>> _endpoints = new(() => Read(options.CurrentValue));

    public ValueTask HandleAsync(ProcessRequestContext context)
    {
        var path = http.HttpContext!.Request.Path.Value ?? "";
        context.EndpointType = _endpoints.Value.GetValueOrDefault(path.Length > 1 && path[^1] == '/' ? path[..^1] : path, Endpoint.Unknown);
        return default;
    }

    private static FrozenDictionary<string, Endpoint> Read(OpenIddictServerOptions options) =>
        new (Endpoint Endpoint, List<Uri> Uris)[]
        {
            (Endpoint.Authorization, options.AuthorizationEndpointUris),
            (Endpoint.Configuration, options.ConfigurationEndpointUris),
            (Endpoint.DeviceAuthorization, options.DeviceAuthorizationEndpointUris),
            (Endpoint.EndSession, options.EndSessionEndpointUris),
            (Endpoint.EndUserVerification, options.EndUserVerificationEndpointUris),
            (Endpoint.Introspection, options.IntrospectionEndpointUris),
            (Endpoint.JsonWebKeySet, options.JsonWebKeySetEndpointUris),
            (Endpoint.PushedAuthorization, options.PushedAuthorizationEndpointUris),
            (Endpoint.Revocation, options.RevocationEndpointUris),
            (Endpoint.Token, options.TokenEndpointUris),
            (Endpoint.UserInfo, options.UserInfoEndpointUris),
        }
        .SelectMany(entry => entry.Uris, (entry, uri) => KeyValuePair.Create("/" + uri.OriginalString.TrimStart('/'), entry.Endpoint))
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
}
