using OpenIddict.Abstractions;
using OpenIddict.Server;
using Tessera.Cell.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.RequestedClaims;

/// <summary>Adds to userInfo what was asked for by name, beside what the scopes give. Runs once the token was found good.</summary>
internal sealed class TellRequestedClaims(PersonLookup people) : IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    public async ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        var token = context.AccessTokenPrincipal;
        var named = token.GetClaims(AddClaims.UserInfoClaims);
        var wantsAccount = named.Length > 0 || token.HasScope(Scopes.Email);
        if (!wantsAccount || await people.FindGrantedAsync(token.GetClaim(Claims.Subject), token.GetAuthorizationId(), context.CancellationToken) is not { } person)
        {
            return;
        }

        if (person.Email is not null && (token.HasScope(Scopes.Email) || named.Contains(Claims.Email) || named.Contains(Claims.EmailVerified)))
        {
            context.Email = token.HasScope(Scopes.Email) || named.Contains(Claims.Email) ? person.Email : null;
            context.EmailVerified = false; // nobody has proved an address here yet
        }

        if (named.Contains(Claims.PreferredUsername))
        {
            context.PreferredUsername = person.Account.Username;
        }

        if (named.Contains(Claims.Name) && person.Name is not null)
        {
            context.Claims[Claims.Name] = person.Name;
        }

        if (named.Contains(Claims.AuthenticationTime) && long.TryParse(token.GetClaim(Claims.AuthenticationTime), out var time))
        {
            context.Claims[Claims.AuthenticationTime] = time;
        }

        if (named.Contains(Claims.AuthenticationContextReference))
        {
            context.Claims[Claims.AuthenticationContextReference] = token.GetClaim(Claims.AuthenticationContextReference);
        }
    }
}
