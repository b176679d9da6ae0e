using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Tokens;

/// <summary>
/// Access and id tokens say what they are for and have a <c>jti</c>, but no row: they live an hour, and what ends them
/// earlier (their grant) is checked where it matters. Codes and refresh tokens keep their rows.
/// </summary>
internal sealed class ShapeToken : IOpenIddictServerHandler<GenerateTokenContext>
{
    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        var use = context.TokenType switch
        {
            TokenTypeIdentifiers.AccessToken => "access",
            TokenTypeIdentifiers.IdentityToken => "id",
            _ => null,
        };
        if (use is not null)
        {
            context.CreateTokenEntry = false;
            context.Principal.SetTokenId(null);
            context.Principal.SetClaim(Claims.JwtId, Guid.CreateVersion7().ToString());
            context.Principal.SetClaim(TokenClaims.TokenUse, use);
        }

        return default;
    }
}
