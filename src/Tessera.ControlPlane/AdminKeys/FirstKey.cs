using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Tessera.ControlPlane.Store;
using Tessera.Files;

namespace Tessera.ControlPlane.AdminKeys;

/// <summary>The key that needs no other key to be made: at first start, with every right, into a file only the owner may read.</summary>
internal sealed class FirstKey(DirectoryStore store, IOptions<ControlOptions> options)
{
    public async Task MakeIfNoneAsync(CancellationToken cancellation)
    {
        if (await store.ReadAsync(DirectoryScope.All, db => db.AdminKeys.AnyAsync(cancellation), cancellation))
        {
            return;
        }

        var key = AdminKey.New();
        await store.ChangeAsync<string>(DirectoryScope.All, new AuditEntry(AuditEntry.System, "key.make", key.KeyId), async change =>
        {
            if (!await change.Db.AdminKeys.AnyAsync(cancellation))
            {
                change.Db.AdminKeys.Add(KeyRing.RowOf(key, "first key", [Scope.Everything.Name], tenant: null, expiresAt: null, change));

                // Before the commit: a key nobody has could never be replaced.
                PrivateFile.Write(Path.Combine(options.Value.Data, "first-admin-key"), key.Reveal());
            }

            return key.KeyId;
        }, cancellation);
    }
}
