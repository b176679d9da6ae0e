using Microsoft.EntityFrameworkCore;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Revocations;

/// <summary>Clears away revocations that are over where no new one does. Each clearing is a revision, so it waits until there is an hour's worth.</summary>
internal sealed class Forgetting(DirectoryStore store, TimeProvider time)
{
    private const int ClearAfterSeconds = 3600;

    public async Task RunAsync(CancellationToken cancellation)
    {
        var over = time.GetUtcNow().ToUnixTimeSeconds() - ClearAfterSeconds;
        if (await store.ReadAsync(DirectoryScope.All, db => db.Revocations.AnyAsync(row => row.ForgetAfter < over, cancellation), cancellation))
        {
            await store.ChangeAsync<int>(DirectoryScope.All, new AuditEntry(AuditEntry.System, "revocations.forget", "revocations"), async change =>
            {
                var now = change.Now.ToUnixTimeSeconds();
                return await change.Db.Revocations.Where(row => row.ForgetAfter < now).ExecuteDeleteAsync(cancellation);
            }, cancellation);
        }
    }
}
