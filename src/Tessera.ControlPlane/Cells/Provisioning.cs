using System.Text;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;

namespace Tessera.ControlPlane.Cells;

/// <summary>
/// Makes and removes pools, realms, clients and shared tenants at a cell. Every call may be repeated. Where the tenant is
/// absent, a shared realm itself is concerned.
/// </summary>
internal sealed class Provisioning(CellClient cells)
{
    private static readonly TimeSpan ImportPatience = TimeSpan.FromMinutes(1);

    /// <summary>Makes the pool and tells its keys.</summary>
    public Task<Outcome<PoolKeys>> PutPoolAsync(CellDoor cell, PoolId pool, CancellationToken cancellation) =>
        KeysAsync(cell, pool, Call(HttpMethod.Put, $"/cell/pools/{pool}", null).With(new PoolSpec(pool), WireJson.Default.PoolSpec), cancellation);

    public Task<Outcome<byte[]>> PutRealmAsync(CellDoor cell, RealmSpec realm, CancellationToken cancellation) =>
        cells.SendAsync(cell, Call(HttpMethod.Put, $"/cell/realms/{realm.RealmId}", realm.TenantId).With(realm, WireJson.Default.RealmSpec), cancellation);

    public Task<Outcome<byte[]>> RemoveRealmAsync(CellDoor cell, RealmId realm, TenantId? tenant, CancellationToken cancellation) =>
        cells.SendAsync(cell, Call(HttpMethod.Delete, $"/cell/realms/{realm}", tenant), cancellation);

    /// <summary>Makes the client and tells the keys of its pool, of which there may be more now.</summary>
    public Task<Outcome<PoolKeys>> PutClientAsync(CellDoor cell, PoolId pool, RealmId realm, TenantId? tenant, ClientSpec client, CancellationToken cancellation) =>
        KeysAsync(cell, pool, Call(HttpMethod.Put, $"/cell/realms/{realm}/clients/{client.ClientId}", tenant).With(client, WireJson.Default.ClientSpec), cancellation);

    public Task<Outcome<byte[]>> RemoveClientAsync(CellDoor cell, RealmId realm, TenantId? tenant, ClientId client, CancellationToken cancellation) =>
        cells.SendAsync(cell, Call(HttpMethod.Delete, $"/cell/realms/{realm}/clients/{client}", tenant), cancellation);

    public Task<Outcome<byte[]>> PutSharedTenantAsync(CellDoor cell, RealmId shared, SharedTenantSpec tenant, CancellationToken cancellation) =>
        cells.SendAsync(cell, Call(HttpMethod.Put, SharedTenant(shared, tenant.TenantId), tenant.TenantId).With(tenant, WireJson.Default.SharedTenantSpec), cancellation);

    /// <summary>Ends the tenant in the shared realm, with its memberships and grants; the realm stays.</summary>
    public Task<Outcome<byte[]>> RemoveSharedTenantAsync(CellDoor cell, RealmId shared, TenantId tenant, CancellationToken cancellation) =>
        cells.SendAsync(cell, Call(HttpMethod.Delete, SharedTenant(shared, tenant), tenant), cancellation);

    public Task<Outcome<byte[]>> PutClientGrantAsync(
        CellDoor cell, RealmId shared, TenantId tenant, ClientId client, ClientGrantSpec grant, CancellationToken cancellation) =>
        cells.SendAsync(cell, Call(HttpMethod.Put, $"{SharedTenant(shared, tenant)}/client-grants/{client}", tenant).With(grant, WireJson.Default.ClientGrantSpec), cancellation);

    public Task<Outcome<byte[]>> RemoveClientGrantAsync(CellDoor cell, RealmId shared, TenantId tenant, ClientId client, CancellationToken cancellation) =>
        cells.SendAsync(cell, Call(HttpMethod.Delete, $"{SharedTenant(shared, tenant)}/client-grants/{client}", tenant), cancellation);

    /// <summary>Copies the tenant's members from the shared realm into its own.</summary>
    public Task<Outcome<Forked>> ForkAsync(CellDoor cell, RealmId realm, TenantId tenant, RealmId from, CancellationToken cancellation) => cells.SendAsync(
        cell,
        new CellCall(HttpMethod.Post, $"/cell/realms/{realm}/fork", ServicePurpose.Promote, tenant).With(new ForkSpec(from), WireJson.Default.ForkSpec),
        WireJson.Default.Forked,
        cancellation);

    private static string SharedTenant(RealmId shared, TenantId tenant) => $"/cell/realms/{shared}/tenants/{tenant}";

    /// <summary>Founds many realms and tells the keys of their pools.</summary>
    public async Task<Outcome<(RealmsImported Answer, IReadOnlyList<PoolKeys> Keys)>> ImportRealmsAsync(CellDoor cell, RealmImport import, CancellationToken cancellation)
    {
        var call = new CellCall(HttpMethod.Post, "/cell/import/realms", ServicePurpose.Import, null) { Patience = ImportPatience };
        switch (await cells.SendAsync(cell, call.With(import, WireJson.Default.RealmImport), WireJson.Default.RealmsImported, cancellation))
        {
            case Outcome<RealmsImported>.Refused(var error):
                return error;
            case Outcome<RealmsImported>.Done(var answer) when answer.Results.Count == import.Realms.Count && answer.PoolKeys.Count == import.Pools.Count:
                var keys = import.Pools.Zip(answer.PoolKeys, (pool, signed) => Verified(cell, pool, Encoding.UTF8.GetBytes(signed))).OfType<PoolKeys>().ToList();
                return keys.Count == import.Pools.Count ? (answer, (IReadOnlyList<PoolKeys>)keys) : CellErrors.CellNotTrusted();
            default:
                return CellErrors.CellRefused();
        }
    }

    public async Task<Outcome<AccountsImported>> ImportAccountsAsync(CellDoor cell, AccountImport import, CancellationToken cancellation)
    {
        var call = new CellCall(HttpMethod.Post, "/cell/import/accounts", ServicePurpose.Import, null) { Patience = ImportPatience };
        var outcome = await cells.SendAsync(cell, call.With(import, WireJson.Default.AccountImport), WireJson.Default.AccountsImported, cancellation);
        return outcome is Outcome<AccountsImported>.Done(var answer) && answer.Results.Count != import.Realms.Sum(realm => realm.Accounts.Count)
            ? CellErrors.CellRefused()
            : outcome;
    }

    private static CellCall Call(HttpMethod method, string path, TenantId? tenant) => new(method, path, ServicePurpose.Provision, tenant);

    private async Task<Outcome<PoolKeys>> KeysAsync(CellDoor cell, PoolId pool, CellCall call, CancellationToken cancellation) =>
        await cells.SendAsync(cell, call, cancellation) switch
        {
            Outcome<byte[]>.Done(var body) when Verified(cell, pool, body) is { } keys => keys,
            Outcome<byte[]>.Refused(var error) => error,
            _ => CellErrors.CellNotTrusted(),
        };

    // Keys for another pool or from another cell are no answer, well signed or not.
    private static PoolKeys? Verified(CellDoor cell, PoolId pool, byte[] body)
    {
        if (!CompactJws.TryVerify(Encoding.UTF8.GetString(body).Trim(), PoolKeys.MediaType, cell.Key, out var payload))
        {
            return null;
        }

        var keys = SignedAnswer.Parse(payload, WireJson.Default.PoolKeys);
        return keys is { Keys.Count: > 0 and <= 32 } && keys.Cell == cell.CellId && keys.PoolId == pool ? keys : null;
    }
}
