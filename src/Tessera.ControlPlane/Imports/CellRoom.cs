using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Imports;

/// <summary>The rule of <see cref="Placement"/> for many tenants: cells and their tenants are counted once, and from then on kept count of.</summary>
internal sealed class CellRoom
{
    private readonly List<CellRow> _cells;
    private readonly Dictionary<string, int> _tenants;

    private CellRoom(List<CellRow> cells, Dictionary<string, int> tenants) => (_cells, _tenants) = (cells, tenants);

    public static async Task<CellRoom> ReadAsync(DirectoryDb db, CancellationToken cancellation)
    {
        var tenants = await db.Tenants.Where(tenant => tenant.State != TenantState.Deleted)
            .GroupBy(tenant => tenant.CellId)
            .Select(group => new { Cell = group.Key, Count = group.Count() })
            .ToListAsync(cancellation);
        return new CellRoom(
            await db.Cells.OrderBy(cell => cell.CellId).ToListAsync(cancellation),
            tenants.ToDictionary(entry => entry.Cell.Value, entry => entry.Count));
    }

    public Outcome<CellRow> Take(OnboardingPlan plan)
    {
        var chosen = _cells
            .Where(cell => cell.PublicKey is not null && (plan.Cell is not { } one || cell.CellId == one) && (plan.Region is not { } region || cell.Region == region))
            .Where(cell => TenantsOf(cell) < cell.Capacity)
            .OrderBy(TenantsOf).ThenBy(cell => cell.CellId.Value, StringComparer.Ordinal)
            .FirstOrDefault();
        if (chosen is null)
        {
            return Why(plan);
        }

        _tenants[chosen.CellId.Value] = TenantsOf(chosen) + 1;
        return chosen;
    }

    /// <summary>Why there is no cell for a tenant.</summary>
    public Contracts.Errors.Error Why(OnboardingPlan plan) =>
        plan.Cell is { } wanted && _cells.TrueForAll(cell => cell.CellId != wanted) ? CellErrors.CellNotFound() : OnboardingErrors.NoCapacity();

    private int TenantsOf(CellRow cell) => _tenants.GetValueOrDefault(cell.CellId.Value);
}
