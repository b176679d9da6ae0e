using Microsoft.EntityFrameworkCore;

namespace Tessera.ControlPlane.Store;

/// <summary>A change in progress: the store inside its transaction, and the revision it will have when it commits.</summary>
internal sealed record Change(DirectoryDb Db, long Revision, DateTimeOffset Now)
{
    private const string MoreRevisions = "UPDATE directory_revision SET revision = revision + {0} WHERE id = 1 RETURNING revision AS \"Value\"";

    /// <summary>
    /// Makes this change several at once: each entry gets a revision of its own, the first of which is returned, and all
    /// commit together.
    /// </summary>
    public async Task<long> AlsoAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellation)
    {
        if (entries.Count == 0)
        {
            return Revision;
        }

        var last = (await Db.Database.SqlQueryRaw<long>(MoreRevisions, entries.Count).ToListAsync(cancellation)).Single();
        var first = last - entries.Count + 1;
        Db.Audit.AddRange(entries.Select((entry, i) => entry.ToRow(first + i, Now)));
        return first;
    }
}
