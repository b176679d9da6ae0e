using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>The stores of the demo's cells, read as somebody with the cell's disk would.</summary>
internal sealed class CellFiles(Demo demo)
{
    public string Folder(string cell) => Path.Combine(demo.Folder, "cells", cell);

    /// <summary>The rows of the party's realm.</summary>
    public CellDb Open(Party party) => Open(party.Cell.CellId, party.Tenant.Realm);

    private CellDb Open(string cell, string realm)
    {
        Assert.True(RealmId.TryParse(realm, out var id));
        var options = new DbContextOptionsBuilder<CellDb>().UseSqlite($"Data Source={Path.Combine(Folder(cell), "cell.db")};Mode=ReadOnly;Pooling=False").UseSnakeCaseNamingConvention().Options;
        return new CellStore(options).Open(RowsOf.InRealm(id, 0));
    }
}
