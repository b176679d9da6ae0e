using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Audit;

namespace Tessera.Cell.Store;

/// <summary>Opens contexts outside a request: to find a realm, and for what concerns the cell as a whole.</summary>
internal sealed class CellStore(DbContextOptions<CellDb> options)
{
    private static readonly TimeSpan LongWork = TimeSpan.FromMinutes(5);

    public CellDb Open(RowsOf rows) => new(options, rows);

    /// <summary>The same where many rows are gone through at once, which may take longer than people would wait.</summary>
    public CellDb OpenForMany(RowsOf rows)
    {
        var db = Open(rows);
        if (db.Database.IsNpgsql()) // on SQLite it would be how long a lock is waited for
        {
            db.Database.SetCommandTimeout(LongWork);
        }

        return db;
    }

    /// <summary>A request's own context, which takes the audit rows it has recorded along.</summary>
    public CellDb Open(RowsOf rows, PendingAudit pending) => new(options, rows, pending);
}
