using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Clients;

/// <summary>Makes and removes app clients of the realm in hand as the control plane asks.</summary>
internal sealed class ClientWriter(OpenIddictApplicationManager<ClientRow> manager, CellDb db)
{
    /// <summary>Makes the client, or makes the one that is there the same as asked.</summary>
    public async Task PutAsync(ClientSpec spec, CancellationToken cancellation)
    {
        var row = await db.Clients.SingleOrDefaultAsync(client => client.ClientId == spec.ClientId.Value, cancellation);
        var added = row is null;
        row ??= new ClientRow();
        await manager.PopulateAsync(row, Describe(spec), cancellation);
        row.ClientSecret = spec.SecretHash;
        row.SigningAlgorithm = spec.SigningAlgorithm;
        row.Audiences = string.Join(' ', spec.Audiences);
        row.BackchannelLogoutUri = spec.BackchannelLogoutUri;
        row.CustomTenantClaim = spec.CustomTenantClaim;
        if (added)
        {
            db.Clients.Add(row);
        }

        await db.SaveChangesAsync(cancellation);
    }

    public async Task DeleteAsync(ClientId clientId, CancellationToken cancellation)
    {
        var ids = db.Clients.Where(client => client.ClientId == clientId.Value).Select(client => (Guid?)client.Id);
        await db.Tokens.Where(token => ids.Contains(token.ApplicationId)).ExecuteDeleteAsync(cancellation);
        await db.Grants.Where(grant => ids.Contains(grant.ApplicationId)).ExecuteDeleteAsync(cancellation);
        await db.Clients.Where(client => client.ClientId == clientId.Value).ExecuteDeleteAsync(cancellation);
    }

    private static OpenIddictApplicationDescriptor Describe(ClientSpec spec)
    {
        var client = new OpenIddictApplicationDescriptor
        {
            ClientId = spec.ClientId.Value,
            DisplayName = spec.Name,
            ApplicationType = ApplicationTypes.Web,
            ClientType = spec.IsConfidential ? ClientTypes.Confidential : ClientTypes.Public,
            ConsentType = ConsentTypes.Implicit,
            JsonWebKeySet = spec.Jwks is null ? null : new JsonWebKeySet(spec.Jwks),
        };
        client.RedirectUris.UnionWith(spec.RedirectUris.Select(uri => new Uri(uri)));
        client.PostLogoutRedirectUris.UnionWith(spec.PostLogoutRedirectUris.Select(uri => new Uri(uri)));
        client.Permissions.UnionWith([Permissions.Endpoints.Token, Permissions.Endpoints.Revocation]);
        client.Permissions.UnionWith(spec.GrantTypes.Select(grant => Permissions.Prefixes.GrantType + grant));
        client.Permissions.UnionWith(spec.Scopes.Concat([Scopes.Email, Scopes.Profile]).Select(scope => Permissions.Prefixes.Scope + scope));
        if (spec.IsConfidential)
        {
            client.Permissions.Add(Permissions.Endpoints.Introspection);
        }

        if (spec.GrantTypes.Contains(GrantTypes.DeviceCode))
        {
            client.Permissions.Add(Permissions.Endpoints.DeviceAuthorization);
        }

        if (spec.GrantTypes.Contains(GrantTypes.AuthorizationCode))
        {
            client.Permissions.UnionWith([Permissions.Endpoints.Authorization, Permissions.Endpoints.PushedAuthorization, Permissions.Endpoints.EndSession, Permissions.ResponseTypes.Code]);
        }

        // A public client has nothing but PKCE to show that the code is its own.
        if (spec.RequirePkce || !spec.IsConfidential)
        {
            client.Requirements.Add(Requirements.Features.ProofKeyForCodeExchange);
        }

        if (spec.RequirePushedAuthorization)
        {
            client.Requirements.Add(Requirements.Features.PushedAuthorizationRequests);
        }

        return client;
    }
}
