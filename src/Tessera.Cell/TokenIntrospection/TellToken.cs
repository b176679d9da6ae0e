using OpenIddict.Abstractions;
using OpenIddict.Server;
using Tessera.Cell.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.TokenIntrospection;

/// <summary>
/// What introspection says of a good token (RFC 7662, section 2.2): also whose tenant it is for. A person's token is good as
/// long as they may sign in to its tenant and the grant stands.
/// </summary>
internal sealed class TellToken(PersonLookup people) : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    public async ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        var token = context.GenericTokenPrincipal;
        if (token.GetAuthorizationId() is { } grant)
        {
            if (await people.FindGrantedAsync(token.GetClaim(Claims.Subject), grant, context.CancellationToken) is not { } person)
            {
                context.Reject(Errors.InvalidToken, "The token is no longer good.");
                return;
            }

            context.Username = person.Account.Username;
        }

        context.Scopes.UnionWith(token.GetScopes());
        foreach (var name in new[] { TokenClaims.TenantId, TokenClaims.SessionId, Claims.AuthenticationContextReference })
        {
            if (token.GetClaim(name) is { } value)
            {
                context.Claims[name] = value;
            }
        }

        if (long.TryParse(token.GetClaim(Claims.AuthenticationTime), out var time))
        {
            context.Claims[Claims.AuthenticationTime] = time;
        }
    }
}
