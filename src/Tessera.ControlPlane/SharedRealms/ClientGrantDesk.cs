using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Revocations;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;
using CellProvisioning = Tessera.ControlPlane.Cells.Provisioning;

namespace Tessera.ControlPlane.SharedRealms;

/// <param name="Scopes">Of the client's own scopes, those it has for the tenant; may be empty.</param>
internal sealed record ClientGrantRequest(IReadOnlyList<string?>? Scopes = null);

/// <summary>Lets a confidential client of the shared realm act for one tenant that lives there, and no longer.</summary>
internal sealed class ClientGrantDesk(DirectoryStore store, TenantFinder tenants, CellProvisioning cells)
{
    private const int MostScopes = 50;

    public async Task<Outcome<ClientId>> GrantAsync(
        string tenantId, string clientId, ClientGrantRequest request, Caller caller, CancellationToken cancellation)
    {
        var found = await FindAsync(tenantId, clientId, cancellation);
        if (found is not Outcome<Grantee>.Done(var grantee))
        {
            return RefusalOf(found);
        }

        var check = new Check();
        if (request.Scopes is null)
        {
            check.Fail(HttpErrors.Required("scopes"));
        }

        var client = grantee.Client;
        if (!client.GrantTypes.Contains("client_credentials")) // which confidential clients alone can have
        {
            check.Fail(ClientErrors.ClientActsForNoTenant());
        }

        var scopes = check.List(request.Scopes, "scopes", MostScopes, (text, field) =>
        {
            if (!client.Scopes.Contains(text))
            {
                check.Fail(HttpErrors.Invalid(field, "Give scopes that the client has."));
            }

            return text;
        });
        if (check.Failed(out var fault))
        {
            return fault;
        }

        var tenant = grantee.Placed.Tenant.TenantId;
        return await cells.PutClientGrantAsync(grantee.Placed.Door, grantee.Realm, tenant, client.ClientId, new ClientGrantSpec(scopes), CancellationToken.None)
            is Outcome<byte[]>.Refused(var error) ? error
            : await RecordAsync(new AuditEntry(caller.KeyId, "client.grant", client.ClientId.Value, tenant)
            {
                Details = new Dictionary<string, string> { ["scopes"] = string.Join(' ', scopes) },
            }, client.ClientId, tenant, revoke: false);
    }

    /// <summary>Ends it; what the client got for the tenant is no longer good.</summary>
    public async Task<Outcome<ClientId>> EndAsync(string tenantId, string clientId, Caller caller, CancellationToken cancellation)
    {
        var found = await FindAsync(tenantId, clientId, cancellation);
        if (found is not Outcome<Grantee>.Done(var grantee))
        {
            return RefusalOf(found);
        }

        var (tenant, client) = (grantee.Placed.Tenant.TenantId, grantee.Client.ClientId);
        return await cells.RemoveClientGrantAsync(grantee.Placed.Door, grantee.Realm, tenant, client, CancellationToken.None)
            is Outcome<byte[]>.Refused(var error) ? error
            : await RecordAsync(new AuditEntry(caller.KeyId, "client.end_grant", client.Value, tenant), client, tenant, revoke: true);
    }

    private static Outcome<ClientId> RefusalOf(Outcome<Grantee> found) =>
        found is Outcome<Grantee>.Refused(var error) ? error : ClientErrors.ClientNotFound();

    // In the tenant's own scope, which shows the clients of the shared realm it lives in and of no other.
    private async Task<Outcome<Grantee>> FindAsync(string tenantId, string clientId, CancellationToken cancellation)
    {
        switch (await tenants.FindAtCellAsync(tenantId, cancellation))
        {
            case Outcome<PlacedTenant>.Done({ Tenant: { SharedRealmId: { } realm } tenant } placed):
                var client = !ClientId.TryParse(clientId, out var id) ? null : await store.ReadAsync(
                    DirectoryScope.Of(tenant.TenantId),
                    db => db.Clients.SingleOrDefaultAsync(
                        row => row.ClientId == id && row.RealmId == realm && row.TenantId == null && row.Active, cancellation),
                    cancellation);
                return client is null ? ClientErrors.ClientNotFound() : new Grantee(placed, realm, client);
            case Outcome<PlacedTenant>.Done:
                return TenantErrors.TenantNotInSharedRealm();
            case Outcome<PlacedTenant>.Refused(var error):
                return error;
            default:
                return TenantErrors.TenantNotFound();
        }
    }

    private Task<Outcome<ClientId>> RecordAsync(AuditEntry entry, ClientId client, TenantId tenant, bool revoke) =>
        store.ChangeAsync<ClientId>(DirectoryScope.Of(tenant), entry, async change =>
        {
            // The subject of what a client gets for itself is the client.
            if (revoke)
            {
                await change.RevokeAsync([tenant], client.Value, change.Now, CancellationToken.None);
            }

            return client;
        }, CancellationToken.None);

    private sealed record Grantee(PlacedTenant Placed, RealmId Realm, ClientRow Client);
}
