using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Onboarding;
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
        IsThere, IsNative, HasRealmOfItsOwn, HasLeftTheSharedRealm, IsNotMoving, OwesNothing, TargetIsNative, TargetHasJoined, IsAnotherPlacement, TargetIsOpen, TargetHasRoom,
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

    private static Task<Error?> TargetIsNative(MoveCandidate move, CancellationToken cancellation) =>
        Result(move.To.Backend == Backend.Native ? null : CellErrors.CellOfOtherBackend("to"));

    private static Task<Error?> TargetHasJoined(MoveCandidate move, CancellationToken cancellation) =>
        Result(move.To is { PublicKey: not null, Endpoint: not null } ? null : CellErrors.CellNotJoined());

    private static Task<Error?> IsAnotherPlacement(MoveCandidate move, CancellationToken cancellation) =>
        Result(move.IsWithinCell && move.Tenant.Pattern == move.Pattern ? MoveErrors.AlreadyThere() : null);

    private static Task<Error?> TargetIsOpen(MoveCandidate move, CancellationToken cancellation) => Result(null);

    // Those on their way there will need room before this one.
    private static async Task<Error?> TargetHasRoom(MoveCandidate move, CancellationToken cancellation)
    {
        if (move.IsWithinCell)
        {
            return null;
        }

        var (to, housed) = (move.To.CellId, await move.Db.Tenants.CountAsync(row => row.CellId == move.To.CellId && row.State != TenantState.Deleted, cancellation));
        return housed + await MoveCounts.ArrivingAsync(move.Db, to, cancellation) < move.To.Capacity ? null : OnboardingErrors.NoCapacity();
    }

    private static Task<Error?> Result(Error? fault) => Task.FromResult(fault);
}
