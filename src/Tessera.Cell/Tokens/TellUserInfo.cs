using OpenIddict.Abstractions;
using OpenIddict.Server;
using Tessera.Cell.Accounts;
using Tessera.Cell.Realms;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Tokens;

/// <summary>Answers userInfo from the account as it is now, within the scopes of the token.</summary>
internal sealed class TellUserInfo(RealmScope scope, AccountLookup accounts) : IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    public async ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        var token = context.AccessTokenPrincipal;
        if (token.GetClaim(TokenClaims.TenantId) != scope.Realm.Tenant.ToString()
            || await accounts.FindGrantedAsync(token.GetClaim(Claims.Subject), token.GetAuthorizationId(), context.CancellationToken) is not { } account)
        {
            context.Reject(Errors.InvalidToken, "The token is no longer good, or not for this tenant.");
            return;
        }

        context.Audiences.Clear();
        context.Claims[TokenClaims.TenantId] = scope.Realm.Tenant.ToString();
        if (token.HasScope(Scopes.Email) && account.Email is not null)
        {
            context.Email = account.Email;
        }

        if (token.HasScope(Scopes.Profile))
        {
            context.PreferredUsername = account.Username;
            if (account.Name is not null)
            {
                context.Claims[Claims.Name] = account.Name;
            }
        }
    }
}
