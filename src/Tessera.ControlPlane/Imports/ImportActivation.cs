using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Clients;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Imports;

/// <summary>Last step of an import: in one change every tenant whose undoing has not begun is active.</summary>
internal sealed class ImportActivation(DirectoryStore store)
{
    public async Task<IReadOnlyList<(ImportClaim Claim, Error? Refusal)>> ActivateAsync(
        IReadOnlyList<ImportClaim> founded, IReadOnlyList<PoolKeys> keys, Caller caller, CancellationToken cancellation)
    {
        var entry = new AuditEntry(caller.KeyId, "tenants.activate", founded[0].Tenant.ImportKey!)
        {
            Details = new Dictionary<string, string> { ["tenants"] = $"{founded.Count}" },
        };
        var activated = await store.ChangeAsync<List<(ImportClaim, Error?)>>(DirectoryScope.All, entry, async change =>
        {
            var duties = founded.Select(claim => claim.DutyId).ToList();
            var waived = (await change.Db.Duties.Where(duty => duties.Contains(duty.DutyId) && !duty.Begun).ToListAsync(cancellation))
                .ToDictionary(duty => duty.DutyId);
            change.Db.Duties.RemoveRange(waived.Values);
            var active = founded.Where(claim => waived.ContainsKey(claim.DutyId)).ToList();
            var ids = active.ConvertAll(claim => claim.Tenant.TenantId);
            var tenants = await change.Db.Tenants.Where(row => ids.Contains(row.TenantId)).ToDictionaryAsync(row => row.TenantId, cancellation);
            var revision = await change.AlsoAsync([.. active.Select(claim => EntryOf(claim, caller))], cancellation);
            foreach (var id in ids)
            {
                tenants[id].State = TenantState.Active;
                tenants[id].Revision = revision++;
            }

            var owners = ids.ConvertAll(id => (TenantId?)id);
            await change.Db.Clients.Where(row => owners.Contains(row.TenantId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.Active, true), cancellation);
            foreach (var pool in keys)
            {
                await PoolKeyStore.AddAsync(change, pool, cancellation);
            }

            return founded.Select(claim => (claim, waived.ContainsKey(claim.DutyId) ? null : ClientErrors.MakingExpired())).ToList();
        }, cancellation);
        return activated is Outcome<List<(ImportClaim, Error?)>>.Done(var done) ? done : throw new InvalidOperationException("An activation is answered one by one.");
    }

    private static AuditEntry EntryOf(ImportClaim claim, Caller caller) => new(caller.KeyId, "tenant.onboard", claim.Tenant.Slug.Value, claim.Tenant.TenantId)
    {
        Details = new Dictionary<string, string> { ["cell"] = claim.Tenant.CellId.Value, ["import"] = claim.Tenant.ImportKey! },
    };
}
