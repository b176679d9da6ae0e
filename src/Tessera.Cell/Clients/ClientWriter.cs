using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Clients;

/// <summary>Makes and removes app clients of the realm in hand as the control plane asks.</summary>
internal sealed class ClientWriter(OpenIddictApplicationManager<ClientRow> manager, CellDb db, RealmScope scope, RealmLookup realms)
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
        if (added)
        {
            db.Clients.Add(row);
        }

        await db.SaveChangesAsync(cancellation);
        Forget();
    }

    public async Task DeleteAsync(ClientId clientId, CancellationToken cancellation)
    {
        var ids = db.Clients.Where(client => client.ClientId == clientId.Value).Select(client => (Guid?)client.Id);
        await db.Tokens.Where(token => ids.Contains(token.ApplicationId)).ExecuteDeleteAsync(cancellation);
        await db.Grants.Where(grant => ids.Contains(grant.ApplicationId)).ExecuteDeleteAsync(cancellation);
        await db.Clients.Where(client => client.ClientId == clientId.Value).ExecuteDeleteAsync(cancellation);
        Forget();
    }

    // What is kept of the realm's clients goes with the realm (ClientCache): no removed client, no old secret outlives this.
    private void Forget() => realms.Forget(scope.Realm.Id, scope.Realm.SignIn.Authority);

    private static OpenIddictApplicationDescriptor Describe(ClientSpec spec)
    {
        var client = new OpenIddictApplicationDescriptor
        {
            ClientId = spec.ClientId.Value,
            DisplayName = spec.Name,
            ApplicationType = ApplicationTypes.Web,
            ClientType = spec.SecretHash is null ? ClientTypes.Public : ClientTypes.Confidential,
            ConsentType = ConsentTypes.Implicit,
        };
        client.RedirectUris.UnionWith(spec.RedirectUris.Select(uri => new Uri(uri)));
        client.PostLogoutRedirectUris.UnionWith(spec.PostLogoutRedirectUris.Select(uri => new Uri(uri)));
        client.Permissions.UnionWith([Permissions.Endpoints.Token, Permissions.Endpoints.Revocation]);
        client.Permissions.UnionWith(spec.GrantTypes.Select(grant => Permissions.Prefixes.GrantType + grant));
        client.Permissions.UnionWith(spec.Scopes.Concat([Scopes.Email, Scopes.Profile]).Select(scope => Permissions.Prefixes.Scope + scope));
        if (spec.GrantTypes.Contains(GrantTypes.AuthorizationCode))
        {
            client.Permissions.UnionWith([Permissions.Endpoints.Authorization, Permissions.Endpoints.EndSession, Permissions.ResponseTypes.Code]);
        }

        return client;
    }
}
