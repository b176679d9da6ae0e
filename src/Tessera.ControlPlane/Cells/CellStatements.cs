using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Revocations;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.Keys;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Cells;

/// <summary>Opens what cells say: a statement is believed that the cell has signed with the key it joined with.</summary>
internal sealed class CellStatements(DirectoryStore store, ControlKey key, TimeProvider time)
{
    /// <summary>The statement, if it is that cell's and of now; otherwise null.</summary>
    public async Task<CellStatement?> OpenAsync(string cell, string statement, CancellationToken cancellation) =>
        CellId.TryParse(cell, out var cellId) && await KeyOfAsync(cellId, cancellation) is { } cellKey
            ? CellStatement.Open(statement, cellKey, cellId, key.Public.Kid, time.GetUtcNow())
            : null;

    private async Task<PublicJwk?> KeyOfAsync(CellId cell, CancellationToken cancellation)
    {
        var json = await store.ReadAsync(
            DirectoryScope.All, db => db.Cells.Where(row => row.CellId == cell).Select(row => row.PublicKey).SingleOrDefaultAsync(cancellation), cancellation);
        return json is null ? null : JsonSerializer.Deserialize(json, WireJson.Default.PublicJwk);
    }
}
