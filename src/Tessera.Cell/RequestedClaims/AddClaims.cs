using OpenIddict.Abstractions;
using OpenIddict.Server;
using Tessera.Cell.Clients;
using Tessera.Cell.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.RequestedClaims;

/// <summary>
/// What tokens say beside what they always say: how the person signed in, the tenant under Cognito's name, and the claims
/// that were asked for by name. What was asked for travels in the code and the refresh token; what userInfo is to tell,
/// in the access token.
/// </summary>
internal sealed class AddClaims(ClientLookup clients) : IOpenIddictServerHandler<ProcessSignInContext>
{
    /// <summary>The claims userInfo is to tell beside those of the scopes.</summary>
    public const string UserInfoClaims = "userinfo_claims";

    /// <summary>The claims the id token is to tell; stays in codes and refresh tokens.</summary>
    private const string IdTokenClaims = "id_token_claims";

    private const string CustomTenantId = "custom:tenant_id";

    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.Principal is not { } principal || context.EndpointType is not (OpenIddictServerEndpointType.Authorization or OpenIddictServerEndpointType.Token or OpenIddictServerEndpointType.EndUserVerification))
        {
            return;
        }

        if (context.EndpointType == OpenIddictServerEndpointType.Authorization && ClaimsRequest.Read(context.Request) is { } asked)
        {
            principal.SetClaims(IdTokenClaims, [.. asked.IdToken]);
            principal.SetClaims(UserInfoClaims, [.. asked.UserInfo]);
        }

        if (principal.HasClaim(Claims.AuthenticationTime))
        {
            principal.SetClaim(Claims.AuthenticationContextReference, AuthenticationContext.Password);
        }

        var client = await clients.GetAsync(context.ClientId ?? principal.GetPresenters().FirstOrDefault(), context.CancellationToken);
        principal.SetClaim(CustomTenantId, client.CustomTenantClaim ? principal.GetClaim(TokenClaims.TenantId) : null);

        var named = principal.GetClaims(IdTokenClaims);
        foreach (var claim in principal.Claims)
        {
            if (claim.Type is Claims.AuthenticationContextReference or CustomTenantId)
            {
                claim.SetDestinations(Destinations.AccessToken, Destinations.IdentityToken);
            }
            else if (claim.Type == UserInfoClaims)
            {
                claim.SetDestinations(Destinations.AccessToken);
            }
            else if (named.Contains(claim.Type))
            {
                claim.SetDestinations([.. claim.GetDestinations().Union([Destinations.IdentityToken])]);
            }
        }
    }
}
