using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Placements;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Moves;

/// <summary>A move that is asked for.</summary>
internal sealed record MoveCandidate(DirectoryDb Db, TenantRow Tenant, CellRow From, CellRow To, Pattern Pattern)
{
    public bool IsWithinCell => From.CellId == To.CellId;
}

/// <summary>Whether a tenant may be moved: one rule each, null when it holds.</summary>
internal static class MoveChecks
{
    private static readonly Func<MoveCandidate, CancellationToken, Task<Error?>>[] All =
    [
        IsThere, IsNative, HasRealmOfItsOwn, HasLeftTheSharedRealm, IsNotMoving, OwesNothing, IsAnotherPlacement, FitsTheTarget,
    ];

    public static async Task<Error?> FaultAsync(MoveCandidate candidate, CancellationToken cancellation)
    {
        foreach (var check in All)
        {
            if (await check(candidate, cancellation) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static Task<Error?> IsThere(MoveCandidate move, CancellationToken cancellation) =>
        Result(move.Tenant.State is TenantState.Active or TenantState.Suspended ? null : TenantErrors.TenantNotFound());

    private static Task<Error?> IsNative(MoveCandidate move, CancellationToken cancellation) =>
        Result(move.Tenant.Issuer is null ? null : TenantErrors.TenantAtCognito());

    // A realm travels whole, and a shared one is not this tenant's.
    private static Task<Error?> HasRealmOfItsOwn(MoveCandidate move, CancellationToken cancellation) =>
        Result(move.Tenant.Pattern == Pattern.Shared ? TenantErrors.TenantIsShared() : null);

    private static Task<Error?> HasLeftTheSharedRealm(MoveCandidate move, CancellationToken cancellation) =>
        Result(move.Tenant.SharedRealmId is not null && !move.IsWithinCell ? MoveErrors.TenantInSharedRealm() : null);

    private static async Task<Error?> IsNotMoving(MoveCandidate move, CancellationToken cancellation) =>
        await move.Db.Moves.AnyAsync(
            row => row.TenantId == move.Tenant.TenantId && (MoveRules.Moving.Contains(row.State) || row.State == MoveState.Announced), cancellation)
            ? MoveErrors.MoveInProgress()
            : null;

    // What is owed names a cell; it must not be owed to one the tenant has left.
    private static async Task<Error?> OwesNothing(MoveCandidate move, CancellationToken cancellation) =>
        await move.Db.Duties.AnyAsync(duty => duty.TenantId == move.Tenant.TenantId, cancellation) ? MoveErrors.TenantBusy() : null;

    private static Task<Error?> IsAnotherPlacement(MoveCandidate move, CancellationToken cancellation) =>
        Result(move.IsWithinCell && move.Tenant.Pattern == move.Pattern ? MoveErrors.AlreadyThere() : null);

    // As for a new tenant that is pinned there; those on their way will need their room before this one.
    private static async Task<Error?> FitsTheTarget(MoveCandidate move, CancellationToken cancellation)
    {
        if (move.IsWithinCell)
        {
            return null;
        }

        var wish = PlacementWish.Of(move.Tenant) with { Pattern = move.Pattern, Cell = move.To.CellId };
        var standing = new Standing(move.To, await move.Db.Pools.CountAsync(pool => pool.CellId == move.To.CellId, cancellation));
        for (var arriving = await MoveCounts.ArrivingAsync(move.Db, move.To.CellId, cancellation); arriving > 0; arriving--)
        {
            standing.House(wish with { Pattern = Pattern.Hybrid }); // a pool of its own is made with the plan, and counted
        }

        return Fit.Refusal(standing, wish) is { } refusal ? refusal with { Field = "to" } : null;
    }

    private static Task<Error?> Result(Error? fault) => Task.FromResult(fault);
}
