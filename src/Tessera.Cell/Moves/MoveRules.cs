using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Moves;

namespace Tessera.Cell.Moves;

/// <summary>What a step of a move must be, one rule each: null means that it holds. They ask the cell's own rows, never a clock.</summary>
internal static class MoveRules
{
    /// <summary>What a token of one tenant may know of a move: that there is none of another's.</summary>
    public static Error? OfTenant(MoveRow row, TenantId tenant) => row.TenantId == tenant.Value ? null : MoveRefusal.NotFound;

    public static Error? OfRole(MoveRow row, string role) => row.Role == role ? null : MoveRefusal.OutOfOrder;

    public static Error? NotOver(MoveRow row) => row.State == MoveStates.RolledBack ? MoveRefusal.Over : null;

    public static Error? InState(MoveRow row, params ReadOnlySpan<string> states) => states.Contains(row.State) ? null : MoveRefusal.OutOfOrder;

    /// <summary>The move that has the realm in hand acts on it, and no other.</summary>
    public static Error? InHand(RealmRow? realm, MoveId move) => realm?.MoveId == move.Value ? null : MoveRefusal.Other;

    /// <summary>A move begins where no other is under way.</summary>
    public static Error? InNoHand(RealmRow realm) => realm.MoveId is null ? null : MoveRefusal.Other;

    public static Error? OwnedBy(RealmRow realm, TenantId tenant) => realm.TenantId == tenant.Value ? null : Control.ServiceDoor.NoRealm;

    public static Error? LivesHere(RealmRow realm) => RealmState.Parse(realm.State) is RealmStanding.Active or RealmStanding.Suspended ? null : MoveRefusal.OutOfOrder;

    public static Error? AtEpoch(RealmRow realm, long epoch) => realm.Epoch == epoch ? null : MoveRefusal.Epoch;

    /// <summary>A realm comes to where it is not; over the marker it has left, only at a later epoch.</summary>
    public static Error? MayArrive(RealmRow there, long epoch) => RealmState.Parse(there.State) switch
    {
        RealmStanding.Moved => there.Epoch < epoch ? null : MoveRefusal.Epoch,
        RealmStanding.Arriving => MoveRefusal.Other,
        _ => MoveRefusal.Here,
    };

    public static Error? SameArrival(MoveRow row, ArrivalSpec spec) => row.Epoch == spec.Realm.Epoch ? null : MoveRefusal.Differs;

    public static Error? SameDeparture(MoveRow row, DepartureSpec spec, byte[] key) =>
        row.ToCell == spec.To.Value && row.Epoch == spec.Epoch + 1 && row.Key.AsSpan().SequenceEqual(key) ? null : MoveRefusal.Differs;

    /// <summary>It is said to have gone where it went, at the epoch it went at.</summary>
    public static Error? SameMoved(MoveRow row, MovedSpec spec) => row.ToCell == spec.To.Value && row.Epoch == spec.Epoch ? null : MoveRefusal.Differs;

    /// <summary>The digest is of this move, and another cell's: a cell's own says nothing of what was fenced.</summary>
    public static Error? OfSource(MoveDigest source, MoveId move, CellId here) => source.Move == move && source.Cell != here ? null : MoveRefusal.Digest;

    /// <summary>A page is of this move and realm; that it was sealed for them, its seal tells.</summary>
    public static Error? OfMove(Rows.PageHeader page, MoveId move, RealmId realm) => page.Move == move && page.Realm == realm ? null : MoveRefusal.Rows;
}
