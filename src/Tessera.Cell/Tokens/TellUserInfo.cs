using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Tokens;

/// <summary>Answers userInfo from the account as it is now, within the scopes of the token.</summary>
internal sealed class TellUserInfo(PersonLookup people) : IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    public async ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        var token = context.AccessTokenPrincipal;
        if (await people.FindGrantedAsync(token.GetClaim(Claims.Subject), token.GetAuthorizationId(), context.CancellationToken) is not { } person
            || token.GetClaim(TokenClaims.TenantId) != person.Tenant.ToString())
        {
            context.Reject(Errors.InvalidToken, "The token is no longer good, or not for this tenant.");
            return;
        }

        context.Audiences.Clear();
        context.Claims[TokenClaims.TenantId] = person.Tenant.ToString();
        if (token.HasScope(Scopes.Email) && person.Email is not null)
        {
            context.Email = person.Email;
        }

        if (token.HasScope(Scopes.Profile))
        {
            context.PreferredUsername = person.Account.Username;
            if (person.Name is not null)
            {
                context.Claims[Claims.Name] = person.Name;
            }
        }
    }
}
