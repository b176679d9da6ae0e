using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using Tessera.Cell.Realms;
using Tessera.Cell.RequestedClaims;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Protocol;

/// <summary>Discovery is served at the issuer and names the sign-in host's pages.</summary>
internal sealed class NameSignInHost(RealmScope scope) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.AuthorizationEndpoint = new Uri(scope.Realm.SignIn, "oauth2/authorize");
        context.EndSessionEndpoint = new Uri(scope.Realm.SignIn, "logout");
        // Public clients name themselves and prove their codes with PKCE.
        context.TokenEndpointAuthenticationMethods.Add(ClientAuthenticationMethods.None);
        context.RevocationEndpointAuthenticationMethods.Add(ClientAuthenticationMethods.None);
        context.PushedAuthorizationEndpointAuthenticationMethods.Add(ClientAuthenticationMethods.None);
        context.DeviceAuthorizationEndpointAuthenticationMethods.Add(ClientAuthenticationMethods.None);
        return default;
    }
}

/// <summary>What OpenIddict does not know we can do, and no more than that.</summary>
internal sealed class NameAbilities : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    private static readonly string[] AssertionAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256];

    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.Metadata["claims_parameter_supported"] = true;
        context.Metadata["acr_values_supported"] = new JsonArray(AuthenticationContext.Password);
        context.Metadata["backchannel_logout_supported"] = true;
        context.Metadata["backchannel_logout_session_supported"] = true;
        foreach (var endpoint in new[] { "token", "revocation", "introspection" })
        {
            context.Metadata[$"{endpoint}_endpoint_auth_signing_alg_values_supported"] = new JsonArray([.. AssertionAlgorithms.Select(algorithm => (JsonNode)algorithm)]);
        }

        return default;
    }
}

internal sealed class NameAlgorithms(RealmScope scope) : IOpenIddictServerHandler<HandleConfigurationRequestContext>
{
    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.IdTokenSigningAlgorithms.UnionWith(scope.Realm.Pool.Public.Select(key => key.Alg));
        return default;
    }
}

internal sealed class PublishPoolKeys(RealmScope scope, TimeProvider time) : IOpenIddictServerHandler<HandleJsonWebKeySetRequestContext>
{
    public ValueTask HandleAsync(HandleJsonWebKeySetRequestContext context)
    {
        // Tokens of pools it was in before are verified with this set too, until they have expired.
        var former = FormerKey.Good(scope.Realm.FormerKeys, time.GetUtcNow()).Select(key => key.Public);
        context.Keys.AddRange(scope.Realm.Pool.Public.Concat(former).DistinctBy(key => key.Kid).Select(key => new JsonWebKey
        {
            Kty = key.Kty, Kid = key.Kid, Alg = key.Alg, Use = key.Use, Crv = key.Crv, X = key.X, Y = key.Y, N = key.N, E = key.E,
        }));
        return default;
    }
}
