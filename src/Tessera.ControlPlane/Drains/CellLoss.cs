using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Moves;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Drains;

/// <summary>
/// Takes an operator's word that a cell is destroyed. A cell that is dead cannot be fenced, so this word stands for its fence:
/// from then on its tenants may be moved out of a process that runs on a copy of its database, and its keys are good for none
/// of those who have left.
/// </summary>
internal sealed class CellLoss(DirectoryStore store, CellRegistry registry)
{
    private const int LongestAttestation = 500;

    public async Task<Outcome<CellView>> DeclareAsync(string cell, LossRequest request, Caller caller, CancellationToken cancellation)
    {
        var check = new Check();
        var attestation = check.Text(request.Attestation, "attestation", LongestAttestation);
        var endpoint = request.Endpoint is null ? null : CellRegistry.OriginOf(request.Endpoint);
        if (request.Endpoint is not null && endpoint is null)
        {
            check.Fail(Http.HttpErrors.Invalid("endpoint", "Give an origin such as http://127.0.0.1:8421, without a path."));
        }

        if (!CellId.TryParse(cell, out var cellId))
        {
            check.Fail(CellErrors.CellNotFound());
        }

        if (check.Failed(out var fault))
        {
            return fault;
        }

        var entry = new AuditEntry(caller.KeyId, "cell.declare_lost", cellId.Value) { Details = new Dictionary<string, string> { ["attestation"] = attestation } };
        var lost = await store.ChangeAsync<CellId>(DirectoryScope.All, entry, async change =>
        {
            if (await change.Db.Cells.SingleOrDefaultAsync(row => row.CellId == cellId, cancellation) is not { } row)
            {
                return CellErrors.CellNotFound();
            }

            if (row.Backend != Backend.Native || row.State == CellState.Invited)
            {
                return row.Backend != Backend.Native ? CellErrors.CellOfOtherBackend("cell") : CellErrors.CellNotJoined();
            }

            if (endpoint is not null && await change.Db.Cells.AnyAsync(other => other.Endpoint == endpoint && other.CellId != cellId, cancellation))
            {
                return CellErrors.EndpointTaken();
            }

            (row.State, row.Endpoint, row.Revision) = (CellState.Lost, endpoint ?? row.Endpoint, change.Revision);
            await DistrustAsync(change, cellId, cancellation);
            return cellId;
        }, cancellation);
        return lost is Outcome<CellId>.Refused(var error) ? error : (await registry.ListAsync(cancellation)).Cells.Single(view => view.CellId == cellId);
    }

    // What it signed for those who have left it is good no longer, and they are told again so that everyone hears of it.
    private static async Task DistrustAsync(Change change, CellId cell, CancellationToken cancellation)
    {
        var now = change.Now.ToUnixTimeSeconds();
        var trusted = change.Db.Moves.Where(move => move.FromCell == cell && move.ToCell != cell && move.FormerKeysUntil > now);
        await change.Db.Tenants.Where(tenant => trusted.Any(move => move.TenantId == tenant.TenantId))
            .ExecuteUpdateAsync(set => set.SetProperty(tenant => tenant.Revision, change.Revision), cancellation);
        await trusted.Where(move => MoveRules.Settled.Contains(move.State))
            .ExecuteUpdateAsync(set => set.SetProperty(move => move.FormerKeysUntil, 0), cancellation);
    }
}
