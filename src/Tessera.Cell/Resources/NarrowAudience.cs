using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Resources;

/// <summary>
/// What <c>resource</c> narrows (RFC 8707, section 2): at authorize the grant, so that no token of it reaches further; at the
/// token endpoint this access token alone, while the refresh token keeps what was granted.
/// </summary>
internal sealed class NarrowAudience : IOpenIddictServerHandler<ProcessSignInContext>
{
    public ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.Request.GetResources() is not { IsDefaultOrEmpty: false } asked)
        {
            return default;
        }

        if (context.EndpointType == OpenIddictServerEndpointType.Token)
        {
            context.AccessTokenPrincipal?.SetAudiences(asked);
        }
        else
        {
            context.AuthorizationCodePrincipal?.SetResources(asked);
        }

        return default;
    }
}
