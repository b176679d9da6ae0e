using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Moves;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Tenants;

/// <summary>
/// Suspends, resumes and deletes tenants, and ends their stay in a shared realm. The directory first, so that the feed tells everyone even while the cell is
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
        ChangeAsync(tenantId, new(caller.KeyId, "tenant.delete", tenantId), async (change, tenant) =>
        {
            // While it is on its way, the end of that owes the removal to the cell it has come to.
            var owed = await StopMovingAsync(change, tenant, cancellation)
                ? OweShared(change, tenant, DutyKind.RemoveSharedTenant)
                : Owe(change, tenant, DutyKind.RemoveRealm, DutyKind.RemoveSharedTenant);
            tenant.State = TenantState.Deleted;
            tenant.EmailDomains = [];
            tenant.SharedRealmId = null;
            var until = change.Now + Quarantine;
            await change.Db.Clients.Where(client => client.TenantId == tenant.TenantId).ExecuteDeleteAsync(cancellation);

            // A client's id is never given again, so it needs no end.
            await change.Db.Names.Where(name => name.TenantId == tenant.TenantId && name.Kind != NameKind.ClientId)
                .ExecuteUpdateAsync(set => set.SetProperty(name => name.QuarantinedUntil, until), cancellation);
            return owed;
        }, cancellation);

    /// <summary>Lets a promoted tenant leave the shared realm it came from. Doing it twice changes nothing.</summary>
    public async Task<Outcome<TenantView>> EndSharedAsync(string tenantId, Caller caller, CancellationToken cancellation) =>
        await ViewAsync(await ChangeAsync(tenantId, new(caller.KeyId, "tenant.end_shared", tenantId), (change, tenant) =>
        {
            if (tenant.Pattern == Pattern.Shared)
            {
                return Task.FromResult<Outcome<List<DutyRow>>>(TenantErrors.TenantIsShared());
            }

            List<DutyRow> owed = tenant.SharedRealmId is { } shared
                ? [change.Owe(DutyKind.RemoveSharedTenant, tenant.TenantId, tenant.CellId, shared, change.Now)]
                : [];
            tenant.SharedRealmId = null;
            return Task.FromResult<Outcome<List<DutyRow>>>(owed);
        }, cancellation), tenantId, cancellation);

    private async Task<Outcome<TenantView>> TurnAsync(
        string tenantId, TenantState from, TenantState to, AuditEntry entry, Error otherwise, CancellationToken cancellation) =>
        await ViewAsync(await ChangeAsync(tenantId, entry, (change, tenant) =>
        {
            if (tenant.State != from)
            {
                return Task.FromResult<Outcome<List<DutyRow>>>(otherwise);
            }

            tenant.State = to;
            return Task.FromResult<Outcome<List<DutyRow>>>(Owe(change, tenant, DutyKind.TellState, DutyKind.TellSharedTenant));
        }, cancellation), tenantId, cancellation);

    // Of its own realm, and of its place in a shared one: a tenant has either, and for a while after its promotion both.
    // Amazon Cognito is told nothing; tokens of the tenant are refused by whoever follows the feed.
    private static List<DutyRow> Owe(Change change, TenantRow tenant, DutyKind own, DutyKind inShared)
    {
        if (tenant.Issuer is not null)
        {
            return [];
        }

        List<DutyRow> owed = tenant.Pattern == Pattern.Shared ? [] : [change.Owe(own, tenant, change.Now)];
        return [.. owed, .. OweShared(change, tenant, inShared)];
    }

    private static List<DutyRow> OweShared(Change change, TenantRow tenant, DutyKind kind) =>
        tenant.SharedRealmId is { } shared ? [change.Owe(kind, tenant.TenantId, tenant.CellId, shared, change.Now)] : [];

    /// <summary>Turns a move back that is not decided yet; one that is goes on. False where the tenant is not moving.</summary>
    private static async Task<bool> StopMovingAsync(Change change, TenantRow tenant, CancellationToken cancellation)
    {
        var move = await change.Db.Moves.SingleOrDefaultAsync(
            row => row.TenantId == tenant.TenantId && MoveRules.Moving.Contains(row.State), cancellation);
        if (move is not null && MoveRules.MayRollBack(move))
        {
            await MoveJournal.TurnAsync(change, move, MoveState.RollingBack, effect: null, MoveErrors.TenantDeleted());
        }

        return move is not null;
    }

    private async Task<Outcome<TenantView>> ViewAsync(Outcome<TenantId> changed, string tenantId, CancellationToken cancellation)
    {
        if (changed is Outcome<TenantId>.Refused(var error))
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
        string tenantId, AuditEntry entry, Func<Change, TenantRow, Task<Outcome<List<DutyRow>>>> alter, CancellationToken cancellation)
    {
        if (!TenantId.TryParse(tenantId, out var id))
        {
            return TenantErrors.TenantNotFound();
        }

        List<DutyRow> owed = [];
        var changed = await store.ChangeAsync<TenantId>(DirectoryScope.Of(id), entry with { Tenant = id }, async change =>
        {
            var tenant = await change.Db.Tenants.SingleOrDefaultAsync(
                row => row.TenantId == id && (row.State == TenantState.Active || row.State == TenantState.Suspended), cancellation);
            if (tenant is null)
            {
                return TenantErrors.TenantNotFound();
            }

            switch (await alter(change, tenant))
            {
                case Outcome<List<DutyRow>>.Refused(var refusal):
                    return refusal;
                case Outcome<List<DutyRow>>.Done(var duties):
                    owed = duties;
                    break;
            }

            tenant.Revision = change.Revision;
            return id;
        }, cancellation);
        if (changed is Outcome<TenantId>.Done)
        {
            foreach (var duty in owed)
            {
                await settlement.SettleNowAsync(duty.DutyId);
            }
        }

        return changed;
    }
}
