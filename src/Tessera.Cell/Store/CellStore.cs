using Microsoft.EntityFrameworkCore;

namespace Tessera.Cell.Store;

/// <summary>Opens contexts outside a request: to find a realm, and for what concerns the cell as a whole.</summary>
internal sealed class CellStore(DbContextOptions<CellDb> options)
{
    public CellDb Open(RowsOf rows) => new(options, rows);
}
