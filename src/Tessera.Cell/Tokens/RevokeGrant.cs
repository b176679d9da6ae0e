using OpenIddict.Abstractions;
using OpenIddict.Server;
using Tessera.Cell.Audit;
using Tessera.Cell.Authorize;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace Tessera.Cell.Tokens;

/// <summary>
/// Revoking a refresh token ends its grant, and with it the access tokens it gave (RFC 7009, section 2.1). The token's own row is
/// left alone: a refresh that overtakes the revocation has spent it, and what it gave ends all the same.
/// </summary>
internal sealed class RevokeGrant(GrantBook grants, AuditTrail audit, IOpenIddictTokenManager tokens) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        var token = context.GenericTokenPrincipal;
        if (token.GetAuthorizationId() is not { } grant || !token.HasTokenType(TokenTypeIdentifiers.RefreshToken))
        {
            await new Revocation.RevokeToken(tokens).HandleAsync(context);
            return;
        }

        await grants.EndAsync(grant, context.CancellationToken);
        audit.Record("token.revoked", token.GetClaim(Claims.Subject), context.Transaction.Request?.ClientId);
        await audit.CommitAsync(context.CancellationToken);
    }
}
