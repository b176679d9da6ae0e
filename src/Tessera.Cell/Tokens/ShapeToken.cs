using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
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

        if (use == "access" && context.Principal.GetClaims(Claims.AuthenticationMethodReference) is { Length: > 0 } methods)
        {
            // OpenIddict writes an array of one as a string, except in id tokens.
            context.Principal.RemoveClaims(Claims.AuthenticationMethodReference);
            ((ClaimsIdentity)context.Principal.Identity!).AddClaim(
                new Claim(Claims.AuthenticationMethodReference, JsonSerializer.Serialize(methods), JsonClaimValueTypes.JsonArray));
        }

        return default;
    }
}
