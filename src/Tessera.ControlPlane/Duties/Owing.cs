using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Duties;

/// <summary>Takes on duties, and is released from them, within a change.</summary>
internal static class Owing
{
    /// <summary>A duty about the tenant's own realm.</summary>
    public static DutyRow Owe(this Change change, DutyKind kind, TenantRow tenant, DateTimeOffset dueAt) =>
        change.Owe(kind, tenant.TenantId, tenant.CellId, tenant.RealmId, dueAt);

    /// <param name="tenant">None where it is about a shared realm itself.</param>
    public static DutyRow Owe(
        this Change change, DutyKind kind, TenantId? tenant, CellId cell, RealmId realm, DateTimeOffset dueAt, ClientId? client = null)
    {
        var duty = new DutyRow
        {
            DutyId = Guid.CreateVersion7(),
            Kind = kind,
            TenantId = tenant,
            CellId = cell,
            RealmId = realm,
            ClientId = client,
            DueAt = dueAt,
        };
        change.Db.Duties.Add(duty);
        return duty;
    }

    /// <summary>Drops the duty to undo what is now finished; false when the undoing has begun.</summary>
    public static async Task<bool> WaiveAsync(this Change change, Guid dutyId, CancellationToken cancellation) =>
        await change.Db.Duties.Where(duty => duty.DutyId == dutyId && !duty.Begun).ExecuteDeleteAsync(cancellation) == 1;
}
