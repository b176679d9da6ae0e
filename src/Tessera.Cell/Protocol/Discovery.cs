using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using Tessera.Cell.Realms;
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
        context.TokenEndpointAuthenticationMethods.Add("none");
        context.RevocationEndpointAuthenticationMethods.Add("none");
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

internal sealed class PublishPoolKeys(RealmScope scope) : IOpenIddictServerHandler<HandleJsonWebKeySetRequestContext>
{
    public ValueTask HandleAsync(HandleJsonWebKeySetRequestContext context)
    {
        context.Keys.AddRange(scope.Realm.Pool.Public.Select(key => new JsonWebKey
        {
            Kty = key.Kty, Kid = key.Kid, Alg = key.Alg, Use = key.Use, Crv = key.Crv, X = key.X, Y = key.Y, N = key.N, E = key.E,
        }));
        return default;
    }
}
