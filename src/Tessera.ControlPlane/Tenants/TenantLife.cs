using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Tenants;

/// <summary>
/// Suspends, resumes and deletes tenants. The directory first, so that the feed tells everyone even while the cell is
/// down; what the cell must hear is owed to it in the same change.
/// </summary>
internal sealed class TenantLife(DirectoryStore store, TenantFinder finder, Settlement settlement)
{
    /// <summary>How long nobody else gets a deleted tenant's names: links, bookmarks and mail still lead to them.</summary>
    public static readonly TimeSpan Quarantine = TimeSpan.FromDays(30);

    public Task<Outcome<TenantView>> SuspendAsync(string tenantId, Caller caller, CancellationToken cancellation) =>
        TurnAsync(tenantId, TenantState.Active, TenantState.Suspended, new(caller.KeyId, "tenant.suspend", tenantId), TenantErrors.TenantNotActive(), cancellation);

    public Task<Outcome<TenantView>> ResumeAsync(string tenantId, Caller caller, CancellationToken cancellation) =>
        TurnAsync(tenantId, TenantState.Suspended, TenantState.Active, new(caller.KeyId, "tenant.resume", tenantId), TenantErrors.TenantNotSuspended(), cancellation);

    public Task<Outcome<TenantId>> DeleteAsync(string tenantId, Caller caller, CancellationToken cancellation) =>
        ChangeAsync(tenantId, new(caller.KeyId, "tenant.delete", tenantId), DutyKind.RemoveRealm, async (change, tenant) =>
        {
            tenant.State = TenantState.Deleted;
            tenant.EmailDomains = [];
            var until = change.Now + Quarantine;
            await change.Db.Clients.Where(client => client.TenantId == tenant.TenantId).ExecuteDeleteAsync(cancellation);

            // A client's id is never given again, so it needs no end.
            await change.Db.Names.Where(name => name.TenantId == tenant.TenantId && name.Kind != NameKind.ClientId)
                .ExecuteUpdateAsync(set => set.SetProperty(name => name.QuarantinedUntil, until), cancellation);
            return null;
        }, cancellation);

    private async Task<Outcome<TenantView>> TurnAsync(
        string tenantId, TenantState from, TenantState to, AuditEntry entry, Error otherwise, CancellationToken cancellation)
    {
        var turned = await ChangeAsync(tenantId, entry, DutyKind.TellState, (_, tenant) =>
        {
            var fits = tenant.State == from;
            tenant.State = to;
            return Task.FromResult(fits ? null : otherwise);
        }, cancellation);
        if (turned is Outcome<TenantId>.Refused(var error))
        {
            return error;
        }

        return await finder.FindAsync(tenantId, cancellation) switch
        {
            Outcome<PlacedTenant>.Done(var placed) => finder.View(placed),
            _ => TenantErrors.TenantNotFound(),
        };
    }

    private async Task<Outcome<TenantId>> ChangeAsync(
        string tenantId, AuditEntry entry, DutyKind owed, Func<Change, TenantRow, Task<Error?>> alter, CancellationToken cancellation)
    {
        if (!TenantId.TryParse(tenantId, out var id))
        {
            return TenantErrors.TenantNotFound();
        }

        Guid duty = default;
        var changed = await store.ChangeAsync<TenantId>(DirectoryScope.Of(id), entry with { Tenant = id }, async change =>
        {
            var tenant = await change.Db.Tenants.SingleOrDefaultAsync(
                row => row.TenantId == id && (row.State == TenantState.Active || row.State == TenantState.Suspended), cancellation);
            if (tenant is null)
            {
                return TenantErrors.TenantNotFound();
            }

            if (await alter(change, tenant) is { } refusal)
            {
                return refusal;
            }

            tenant.Revision = change.Revision;
            duty = change.Owe(owed, tenant, change.Now).DutyId;
            return id;
        }, cancellation);
        if (changed is Outcome<TenantId>.Done)
        {
            await settlement.SettleNowAsync(duty);
        }

        return changed;
    }
}
