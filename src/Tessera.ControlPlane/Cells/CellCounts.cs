using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Cells;

/// <param name="Corrected">The cells whose count was wrong.</param>
internal sealed record Recounted(int Cells, IReadOnlyList<CellCorrection> Corrected);

internal sealed record CellCorrection(CellId CellId, int Said, int Counted);

/// <summary>Counts every cell's tenants and corrects what its counter says. Nobody else reads all tenants.</summary>
internal sealed class CellCounts(DirectoryStore store)
{
    public Task<Outcome<Recounted>> RecountAsync(Caller caller, CancellationToken cancellation) =>
        // Within a change nobody else makes or removes a tenant, so what is counted is what there is.
        store.ChangeAsync<Recounted>(DirectoryScope.All, new AuditEntry(caller.KeyId, "cells.recount", "cells"), async change =>
        {
            var counted = await change.Db.Tenants.Where(tenant => tenant.State != TenantState.Deleted)
                .GroupBy(tenant => tenant.CellId)
                .Select(group => new { Cell = group.Key, Count = group.Count() })
                .ToDictionaryAsync(entry => entry.Cell, entry => entry.Count, cancellation);
            var cells = await change.Db.Cells.AsNoTracking().OrderBy(cell => cell.CellId).Select(cell => new { cell.CellId, cell.Tenants }).ToListAsync(cancellation);
            var wrong = cells.Where(cell => cell.Tenants != counted.GetValueOrDefault(cell.CellId))
                .Select(cell => new CellCorrection(cell.CellId, cell.Tenants, counted.GetValueOrDefault(cell.CellId))).ToList();
            foreach (var correction in wrong)
            {
                await change.Db.Cells.Where(cell => cell.CellId == correction.CellId)
                    .ExecuteUpdateAsync(set => set.SetProperty(cell => cell.Tenants, correction.Counted), cancellation);
            }

            return new Recounted(cells.Count, wrong);
        }, cancellation);
}
