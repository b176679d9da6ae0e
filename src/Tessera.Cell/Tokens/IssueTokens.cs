using OpenIddict.Abstractions;
using OpenIddict.Server;
using Tessera.Cell.Audit;
using Tessera.Cell.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Tessera.Cell.Tokens;

/// <summary>
/// The one way to mint. By now OpenIddict has authenticated the client and validated the code or refresh token; here it
/// is decided for whom the new tokens are, from realm, grant, account and membership as they are this moment.
/// </summary>
internal sealed class IssueTokens(ClientLookup clients, ClientTenant tenants, PersonLookup people, AuditTrail audit) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        var client = await clients.GetAsync(context.ClientId, context.CancellationToken);
        if (context.Request.IsClientCredentialsGrantType())
        {
            if (await tenants.FindAsync(context, client) is { } tenant)
            {
                audit.Record("token.client_credentials", subject: client.ClientId, client: client.ClientId);
                context.SignIn(TokenPrincipal.ForClient(tenant, client, context.Request.GetScopes()));
            }

            return;
        }

        var ticket = context.AuthorizationCodePrincipal ?? context.RefreshTokenPrincipal
            ?? throw new InvalidOperationException($"No ticket came with the grant type {context.Request.GrantType}.");
        if (await people.FindAsync(ticket.GetClaim(Claims.Subject), ticket.GetAuthorizationId(), context.CancellationToken) is not { } person)
        {
            context.Reject(Errors.InvalidGrant, "The account can no longer sign in here.");
            return;
        }

        audit.Record(context.Request.IsRefreshTokenGrantType() ? "token.refresh" : "token.code", subject: person.Account.Sub.ToString(), client: client.ClientId);
        var principal = ticket.Clone();
        principal.SetResources(TokenPrincipal.AudiencesOf(client));
        context.SignIn(TokenPrincipal.Stamp(principal, person.Tenant, person));
    }
}
