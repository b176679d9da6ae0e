using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Keys;
using Tessera.Cell.Limits;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;

namespace Tessera.Cell.Control;

/// <summary><c>/cell/realms</c>: the control plane houses realms here and takes them away.</summary>
internal static class RealmRoutes
{
    private static readonly Error HostTaken = new("sign_in_host_taken", StatusCodes.Status409Conflict, "Another realm of this cell has the sign-in host.", "sign_in_host");
    private static readonly Error PoolMissing = new("pool_not_found", StatusCodes.Status409Conflict, "Make the pool first.", "pool_id");

    private static readonly Error Moving = new("realm_in_other_move", StatusCodes.Status409Conflict, "A move has the realm in hand.");

    private static readonly Error HasTenants = new("realm_has_tenants", StatusCodes.Status409Conflict, "Tenants live in this shared realm. Delete or promote them first.");

    public static void MapRealms(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/cell/realms/{realm}", PutAsync).At(Door.Control).Demand(ServicePurpose.Provision);
        routes.MapDelete("/cell/realms/{realm}", DeleteAsync).At(Door.Control).Demand(ServicePurpose.Provision);
    }

    private static async Task<IResult> PutAsync(string realm, HttpContext http, CellStore store, CellKeys keys, RealmLookup realms)
    {
        if (!ControlBody.TryRead(http, WireJson.Default.RealmSpec, out var spec, out var refusal))
        {
            return refusal;
        }

        if (spec.RealmId.Value != realm || spec.TenantId != http.ServiceCall().Token.Tenant)
        {
            return Results.NotFound();
        }

        await using var hold = await RealmHold.TakeAsync(store, spec.RealmId, http.RequestAborted);
        var db = hold.Db;
        if (!await db.Pools.AnyAsync(pool => pool.PoolId == spec.PoolId.Value, http.RequestAborted))
        {
            return ProblemResponse.Result(PoolMissing);
        }

        var row = await db.Realms.SingleOrDefaultAsync(http.RequestAborted);
        if (row is not null && RefusalOfChange(row, spec) is { } changed)
        {
            return ProblemResponse.Result(changed);
        }

        if (row is null)
        {
            row = new RealmRow { RealmId = realm, TenantId = spec.TenantId?.Value, TicketSecret = TicketKeys.Create(keys, spec.RealmId) };
            db.Realms.Add(row);
        }

        row.PoolId = spec.PoolId.Value;
        row.DisplayName = spec.DisplayName;
        row.SignInHost = spec.SignInHost;
        row.State = RealmState.Write(spec.State);
        row.Epoch = spec.Epoch;
        try
        {
            await hold.CommitAsync(http.RequestAborted);
        }
        catch (DbUpdateException e) when (StoreFaults.IsUniqueViolation(e))
        {
            return ProblemResponse.Result(HostTaken);
        }

        realms.Forget(spec.RealmId, spec.SignInHost);
        return Results.NoContent();
    }

    // While a move has the realm in hand, where it is and whether it is shut are the move's to say.
    private static Error? RefusalOfChange(RealmRow row, RealmSpec spec) =>
        row.TenantId != spec.TenantId?.Value ? ServiceDoor.NoRealm
        : row.State is not (RealmState.Active or RealmState.Suspended) ? Moving
        : row.MoveId is not null && (row.Epoch != spec.Epoch || row.PoolId != spec.PoolId.Value) ? Moving
        : null;

    private static async Task<IResult> DeleteAsync(string realm, HttpContext http, RealmLookup realms, RealmEraser eraser)
    {
        if (http.RequestServices.GetRequiredService<RealmScope>().Find() is { } found)
        {
            try
            {
                if (!await eraser.EraseAsync(found.Id, http.RequestAborted))
                {
                    return ProblemResponse.Result(Moving);
                }
            }
            catch (Exception e) when (StoreFaults.IsForeignKeyViolation(e))
            {
                return ProblemResponse.Result(HasTenants);
            }

            realms.Forget(found.Id, found.SignIn.Authority);
        }

        return Results.NoContent();
    }
}
