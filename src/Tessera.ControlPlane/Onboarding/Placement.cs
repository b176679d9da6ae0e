using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.SharedRealms;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Onboarding;

/// <summary>Chooses the cell of a new tenant: the one asked for, else of the region, else any; of several the emptiest. A shared tenant needs one with a shared realm.</summary>
internal static class Placement
{
    public static async Task<Outcome<CellRow>> ChooseAsync(DirectoryDb db, OnboardingPlan plan, CancellationToken cancellation)
    {
        if (plan.Cell is { } wanted && !await db.Cells.AnyAsync(cell => cell.CellId == wanted, cancellation))
        {
            return CellErrors.CellNotFound();
        }

        var candidates = db.Cells.Where(cell => cell.PublicKey != null);
        if (plan.Cell is { } one)
        {
            candidates = candidates.Where(cell => cell.CellId == one);
        }

        if (plan.Region is { } region)
        {
            candidates = candidates.Where(cell => cell.Region == region);
        }

        if (plan.Pattern == Pattern.Shared)
        {
            candidates = candidates.Where(cell => db.SharedRealms.Any(realm => realm.CellId == cell.CellId && realm.State == TenantState.Active));
        }

        var chosen = await candidates
            .Select(cell => new { Cell = cell, Tenants = db.Tenants.Count(tenant => tenant.CellId == cell.CellId && tenant.State != TenantState.Deleted) })
            .Where(entry => entry.Tenants < entry.Cell.Capacity)
            .OrderBy(entry => entry.Tenants).ThenBy(entry => entry.Cell.CellId)
            .FirstOrDefaultAsync(cancellation);
        return chosen is not null ? chosen.Cell
            : plan.Pattern == Pattern.Shared ? SharedRealmErrors.NoSharedRealm()
            : OnboardingErrors.NoCapacity();
    }
}
