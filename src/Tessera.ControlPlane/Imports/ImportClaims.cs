using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Onboarding;
using Tessera.ControlPlane.Placements;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Imports;

/// <summary>A tenant of an import in the making.</summary>
/// <param name="At">Which entry of the call it is.</param>
internal sealed record ImportClaim(int At, OnboardingPlan Plan, TenantRow Tenant, CellDoor Door, Guid DutyId);

/// <summary>First step of an import: in one change every tenant's names are claimed, all of a tenant's or none.</summary>
internal sealed class ImportClaims(DirectoryStore store, Placement placement, Settlement settlement)
{
    /// <summary>Said of what this import has made before.</summary>
    public static readonly Error AlreadyMade = new("present", 200, "This import has made the tenant already.");

    public async Task<IReadOnlyList<(int At, Outcome<ImportClaim> Outcome)>> ClaimAsync(
        string importKey, IReadOnlyList<(int At, OnboardingPlan Plan)> plans, string actor, CancellationToken cancellation)
    {
        if (plans.Count == 0)
        {
            return [];
        }

        var entry = new AuditEntry(actor, "tenants.import", importKey) { Details = new Dictionary<string, string> { ["tenants"] = $"{plans.Count}" } };
        var claimed = await store.ChangeAsync<List<(int, Outcome<ImportClaim>)>>(DirectoryScope.All, entry, async change =>
        {
            var names = await HeldNames.ReadAsync(change, [.. plans.Select(entry => entry.Plan)], cancellation);
            var cells = await placement.RoomAsync(change.Db, cancellation);
            var results = new List<(int, Outcome<ImportClaim>)>(plans.Count);
            var fitting = new List<(int At, OnboardingPlan Plan, CellRow Cell, TenantId Tenant)>();
            foreach (var (at, plan) in plans)
            {
                var tenant = TenantId.New();
                if (names.Refusal(plan, importKey) is { } held)
                {
                    results.Add((at, held));
                }
                else if (await Placement.InPoolAsync(change.Db, plan.Wish, cancellation) is not Outcome<PlacementWish>.Done(var wish))
                {
                    results.Add((at, PlacementErrors.PoolUnknown()));
                }
                else if (cells.Take(wish) is var taken && taken is Outcome<CellRow>.Done(var cell))
                {
                    names.Take(plan, tenant);
                    fitting.Add((at, plan, cell, tenant));
                }
                else if (taken is Outcome<CellRow>.Refused(var error))
                {
                    results.Add((at, error));
                }
            }

            await Placement.TellOpenedAsync(change, cells, cancellation);

            // A revision of its own for each, as lists and the feed are in their order.
            var revision = await change.AlsoAsync([.. fitting.Select(fit => Claims.EntryOf(fit.Plan, fit.Tenant, actor))], cancellation);
            foreach (var fit in fitting)
            {
                results.Add((fit.At, Place(change with { Revision = revision++ }, importKey, fit.At, fit.Plan, fit.Cell, fit.Tenant)));
            }

            return results;
        }, cancellation);
        return claimed is Outcome<List<(int, Outcome<ImportClaim>)>>.Done(var done) ? done : throw new InvalidOperationException("Claims are answered one by one.");
    }

    private ImportClaim Place(Change change, string importKey, int at, OnboardingPlan plan, CellRow cell, TenantId tenantId)
    {
        var tenant = Claims.TenantOf(
            plan, tenantId, cell, Claims.PoolOf(plan.Wish, cell, change),
            RealmId.New(cell.Region), plan.SignInHost!, change);
        tenant.ImportKey = importKey;
        change.Db.Tenants.Add(tenant);
        change.Db.Clients.Add(plan.Client!.ToRow(tenantId, tenant.RealmId, change));
        var duty = change.Owe(DutyKind.UndoOnboarding, tenant, change.Now + settlement.MakingTime);
        return new ImportClaim(at, plan, tenant, CellDoor.Of(cell), duty.DutyId);
    }
}
