using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;

namespace Tessera.Cell.Audit;

/// <summary>
/// Says what happened in the realm, in the same transaction as what it speaks of. Texts are cut to their columns, so
/// that no oversized input can keep a row from being written; they never hold a secret.
/// </summary>
internal sealed class AuditTrail(RequestDb request, PendingAudit pending, RealmScope scope, TimeProvider time)
{
    private const int DetailLength = 1024;

    /// <summary>Adds a row to be committed with whatever is saved next.</summary>
    public void Record(string happened, string? subject = null, string? client = null, string? detail = null) => pending.Add(new AuditRow
    {
        Id = Guid.CreateVersion7(time.GetUtcNow()),
        TenantId = scope.FindTenant()?.Value,
        At = time.GetUtcNow(),
        Event = happened,
        Subject = subject,
        ClientId = client,
        Detail = detail?.Length > DetailLength ? detail[..DetailLength] : detail,
    });

    /// <summary>Commits what has been recorded and is not yet.</summary>
    public async Task CommitAsync(CancellationToken cancellation)
    {
        if (!pending.IsEmpty || request.Opened?.ChangeTracker.Entries<AuditRow>().Any(entry => entry.State == EntityState.Added) == true)
        {
            await request.Value.SaveChangesAsync(cancellation);
        }
    }
}
