using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using Tessera.Cell.Clients;
using Tessera.Cell.Control;
using Tessera.Cell.Joining;
using Tessera.Cell.Keys;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;

namespace Tessera.Cell.Imports;

/// <summary>Founds realms with their first clients: all in one transaction, or, when one of them does not fit, each by itself.</summary>
internal sealed class RealmFounder(CellStore store, CellKeys keys, CellMembership membership, RealmLookup realms)
{
    private static readonly Error HostTaken = new("sign_in_host_taken", StatusCodes.Status409Conflict, "Another realm of this cell has the sign-in host.", "sign_in_host");
    private static readonly Error PoolMissing = new("pool_not_found", StatusCodes.Status409Conflict, "Name the realm's pool among the pools.", "pool_id");

    public async Task<RealmsImported> FoundAsync(RealmImport import, CancellationToken cancellation)
    {
        Dictionary<Guid, PoolRow> pools;
        try
        {
            pools = await PoolsAsync(import.Pools, cancellation);
        }
        catch (DbUpdateException e) when (StoreFaults.IsUniqueViolation(e))
        {
            pools = await PoolsAsync(import.Pools, cancellation); // another call has made it a moment ago
        }

        IReadOnlyList<ImportResult> results;
        try
        {
            results = await TogetherAsync(import.Realms, pools.Keys, cancellation);
        }
        catch (DbUpdateException e) when (StoreFaults.IsUniqueViolation(e))
        {
            results = await OneByOneAsync(import.Realms, pools.Keys, cancellation);
        }

        foreach (var founding in import.Realms)
        {
            realms.Forget(founding.Realm.RealmId, founding.Realm.SignInHost);
        }

        return new RealmsImported([.. import.Pools.Select(pool => PoolRoutes.Sign(pools[pool.Value], keys, membership))], results);
    }

    private async Task<Dictionary<Guid, PoolRow>> PoolsAsync(IReadOnlyList<PoolId> wanted, CancellationToken cancellation)
    {
        await using var db = store.Open(RowsOf.Cell);
        var ids = wanted.Select(pool => pool.Value).Distinct().ToList();
        var pools = await db.Pools.Where(row => ids.Contains(row.PoolId)).ToDictionaryAsync(row => row.PoolId, cancellation);
        foreach (var missing in ids.Where(id => !pools.ContainsKey(id)))
        {
            db.Pools.Add(pools[missing] = PoolKeyring.Create(keys, new PoolId(missing)));
        }

        await db.SaveChangesAsync(cancellation);
        return pools;
    }

    private async Task<IReadOnlyList<ImportResult>> TogetherAsync(
        IReadOnlyList<RealmFounding> foundings, IReadOnlyCollection<Guid> pools, CancellationToken cancellation)
    {
        await using var transaction = await RealmByRealm.BeginAsync(store, cancellation);
        var results = new List<ImportResult>(foundings.Count);
        foreach (var founding in foundings)
        {
            results.Add(await FoundAsync(transaction, founding, pools, cancellation));
        }

        await transaction.CommitAsync(cancellation);
        return results;
    }

    private async Task<IReadOnlyList<ImportResult>> OneByOneAsync(
        IReadOnlyList<RealmFounding> foundings, IReadOnlyCollection<Guid> pools, CancellationToken cancellation)
    {
        var results = new List<ImportResult>(foundings.Count);
        foreach (var founding in foundings)
        {
            try
            {
                results.AddRange(await TogetherAsync([founding], pools, cancellation));
            }
            catch (DbUpdateException e) when (StoreFaults.IsUniqueViolation(e))
            {
                results.Add(ImportResult.Refused(HostTaken));
            }
        }

        return results;
    }

    private async Task<ImportResult> FoundAsync(RealmByRealm transaction, RealmFounding founding, IReadOnlyCollection<Guid> pools, CancellationToken cancellation)
    {
        var (spec, client) = (founding.Realm, founding.Client);
        if (spec.TenantId is not { } tenant || client.SigningAlgorithm != SecurityAlgorithms.EcdsaSha256)
        {
            return ImportResult.Refused(ServiceDoor.NoRealm);
        }

        if (!pools.Contains(spec.PoolId.Value))
        {
            return ImportResult.Refused(PoolMissing);
        }

        await using var db = await transaction.EnterAsync(RowsOf.Founding(spec.RealmId), cancellation);
        if (await db.Realms.SingleOrDefaultAsync(cancellation) is { } there)
        {
            // Founded before by this very onboarding, or another tenant's, of which nothing is told.
            return there.TenantId == tenant.Value && await db.Clients.AnyAsync(row => row.ClientId == client.ClientId.Value, cancellation)
                ? ImportResult.Present
                : ImportResult.Refused(ServiceDoor.NoRealm);
        }

        db.Realms.Add(new RealmRow
        {
            RealmId = spec.RealmId.Value,
            TenantId = tenant.Value,
            PoolId = spec.PoolId.Value,
            DisplayName = spec.DisplayName,
            SignInHost = spec.SignInHost,
            State = RealmState.Write(spec.State),
            Epoch = spec.Epoch,
            TicketSecret = TicketKeys.Create(keys, spec.RealmId),
        });
        db.Clients.Add(ClientShape.Of(client));
        await db.SaveChangesAsync(cancellation);
        return ImportResult.Made;
    }
}
