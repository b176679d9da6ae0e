using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Duties;

/// <summary>Takes on duties, and is released from them, within a change.</summary>
internal static class Owing
{
    public static DutyRow Owe(this Change change, DutyKind kind, TenantRow tenant, DateTimeOffset dueAt, ClientId? client = null)
    {
        var duty = new DutyRow
        {
            DutyId = Guid.CreateVersion7(),
            Kind = kind,
            TenantId = tenant.TenantId,
            CellId = tenant.CellId,
            RealmId = tenant.RealmId,
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
