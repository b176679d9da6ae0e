using OpenIddict.Abstractions;
using OpenIddict.Server;
using Tessera.Cell.Audit;
using Tessera.Cell.Authorize;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Tokens;

/// <summary>Revoking a refresh token ends its grant, and with it the access tokens it gave (RFC 7009, section 2.1).</summary>
internal sealed class RevokeGrant(GrantBook grants, AuditTrail audit) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        var token = context.GenericTokenPrincipal;
        await grants.EndAsync(token.GetAuthorizationId(), context.CancellationToken);
        audit.Record("token.revoked", token.GetClaim(Claims.Subject), context.Transaction.Request?.ClientId);
        await audit.CommitAsync(context.CancellationToken);
    }
}
