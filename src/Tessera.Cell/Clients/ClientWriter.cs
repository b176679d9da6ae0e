using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;

namespace Tessera.Cell.Clients;

/// <summary>Makes and removes app clients of the realm in hand as the control plane asks.</summary>
internal sealed class ClientWriter(CellDb db, RealmScope scope, RealmLookup realms)
{
    /// <summary>Makes the client, or makes the one that is there the same as asked.</summary>
    public async Task PutAsync(ClientSpec spec, CancellationToken cancellation)
    {
        var row = await db.Clients.SingleOrDefaultAsync(client => client.ClientId == spec.ClientId.Value, cancellation);
        var added = row is null;
        row ??= new ClientRow();
        ClientShape.Give(row, spec);
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
}
