using OpenIddict.Abstractions;
using OpenIddict.Server;
using Tessera.Cell.Clients;
using Tessera.Cell.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.TokenIntrospection;

/// <summary>
/// Who is told of a token (RFC 7662, section 4): the client it was issued to, and of an access token a client that has one of
/// its audiences. To anybody else it is as inactive as one that does not exist.
/// </summary>
internal sealed class MayIntrospect(ClientLookup clients) : IOpenIddictServerHandler<ValidateIntrospectionRequestContext>
{
    public async ValueTask HandleAsync(ValidateIntrospectionRequestContext context)
    {
        var token = context.GenericTokenPrincipal!;
        if (token.HasPresenter(context.ClientId!) || token.GetClaim(Claims.ClientId) == context.ClientId)
        {
            return;
        }

        var client = await clients.GetAsync(context.ClientId, context.CancellationToken);
        if (!token.HasTokenType(TokenTypeIdentifiers.AccessToken) || !token.GetAudiences().Intersect(TokenPrincipal.AudiencesOf(client)).Any())
        {
            context.Reject(Errors.InvalidToken, "The token is not for this client.");
        }
    }
}

/// <summary>Only access and refresh tokens are told of. OpenIddict would say of other kinds that they are not supported.</summary>
internal sealed class KnowTokenType : IOpenIddictServerHandler<ValidateIntrospectionRequestContext>
{
    public ValueTask HandleAsync(ValidateIntrospectionRequestContext context)
    {
        if (context.GenericTokenPrincipal?.HasTokenType(TokenTypeIdentifiers.AccessToken) != true && context.GenericTokenPrincipal?.HasTokenType(TokenTypeIdentifiers.RefreshToken) != true)
        {
            context.Reject(Errors.InvalidToken, "The token is no access or refresh token.");
        }

        return default;
    }
}
