using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Control;
using Tessera.Cell.Keys;
using Tessera.Cell.Moves.Ledger;
using Tessera.Cell.Moves.Rows;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Moves;

namespace Tessera.Cell.Moves;

/// <summary>A move at the cell the realm leaves, from the fence on: shut, and then opened again, or gone.</summary>
internal sealed class Fences(CellStore store, CellKeys keys, RealmLookup realms, RealmGates gates, MoveAnswers answers, TimeProvider time)
{
    public async Task<MoveResult> FenceAsync(RealmId realm, MoveId move, TenantId tenant, FenceSpec spec, CancellationToken cancellation)
    {
        var gate = gates.Of(realm);
        var shut = false;
        try
        {
            await using (var db = store.Open(RowsOf.InRealm(realm, epoch: 0)))
            {
                var (row, refusal) = await KnownMove.FindAsync(db, move, tenant, MoveStates.Source, cancellation);
                if (row is null || (refusal ??= MoveRules.InState(row, MoveStates.Copying, MoveStates.Fenced)) is not null)
                {
                    return refusal!;
                }
            }

            gate.Shut();
            await gate.WaitIdleAsync(TimeSpan.FromSeconds(Math.Clamp(spec.Patience, 0, 30)), cancellation);
            if (await ShutAsync(realm, move, tenant, cancellation) is { } refused)
            {
                return refused;
            }

            shut = true;
            await using var fenced = store.OpenForMany(RowsOf.Founding(realm));
            var travels = await fenced.Moves.AsNoTracking().SingleAsync(found => found.MoveId == move.Value, cancellation);
            return await answers.DigestAsync(new Travel(fenced, realm, travels, keys), cancellation);
        }
        finally
        {
            if (!shut)
            {
                gate.Open(); // whoever waits looks how the realm stands
            }
        }
    }

    public async Task<MoveResult> UnfenceAsync(RealmId realm, MoveId move, TenantId tenant, CancellationToken cancellation)
    {
        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        var row = await KnownMove.AnyAsync(hold.Db, move, cancellation);
        if (row is null)
        {
            hold.Db.Moves.Add(row = Endings.NeverBegun(move, tenant, MoveStates.Source));
        }
        else if ((MoveRules.OfTenant(row, tenant) ?? MoveRules.OfRole(row, MoveStates.Source)
            ?? MoveRules.InState(row, MoveStates.Copying, MoveStates.Fenced, MoveStates.RolledBack)) is { } refusal)
        {
            return refusal;
        }
        else if (row.State != MoveStates.RolledBack)
        {
            var leaving = await hold.Db.Realms.SingleOrDefaultAsync(cancellation);
            if (MoveRules.InHand(leaving, move) is { } other)
            {
                return other;
            }

            leaving!.State = row.State == MoveStates.Fenced ? row.Resume : leaving.State;
            leaving.MoveId = null;
            row.State = MoveStates.RolledBack;
            await RowLedger.EndAsync(hold.Db, cancellation);
            var now = time.GetUtcNow();
            await hold.Db.LogoutQueue.Where(due => due.Realm == realm.Value).ExecuteUpdateAsync(set => set.SetProperty(due => due.DueAt, now), cancellation);
        }

        await Endings.SweepAtAsync(hold.Db, realm, move, time.GetUtcNow() + Endings.Remembered, cancellation);
        await hold.CommitAsync(cancellation);
        await LookAnewAsync(realm, cancellation);
        return answers.Standing(row);
    }

    public async Task<MoveResult> MovedAsync(RealmId realm, MoveId move, TenantId tenant, MovedSpec spec, CancellationToken cancellation)
    {
        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        var (row, refusal) = await KnownMove.FindAsync(hold.Db, move, tenant, MoveStates.Source, cancellation);
        if (row is null || (refusal = MoveRules.InState(row, MoveStates.Fenced, MoveStates.Moved, MoveStates.Purged) ?? MoveRules.SameMoved(row, spec)) is not null)
        {
            return refusal!;
        }

        if (row.State == MoveStates.Fenced)
        {
            var leaving = await hold.Db.Realms.SingleOrDefaultAsync(cancellation);
            if (MoveRules.InHand(leaving, move) is { } other)
            {
                return other;
            }

            (leaving!.State, leaving.MovedTo, leaving.Epoch) = (RealmState.Moved, spec.To.Value, spec.Epoch);
            row.State = MoveStates.Moved;
            await RowLedger.EndAsync(hold.Db, cancellation);
            await Endings.SweepAtAsync(hold.Db, realm, move, DateTimeOffset.FromUnixTimeSeconds(spec.Until), cancellation);
            await hold.CommitAsync(cancellation);
        }

        await LookAnewAsync(realm, cancellation);
        return answers.Standing(row);
    }

    public async Task<MoveResult> PurgeAsync(RealmId realm, MoveId move, TenantId tenant, CancellationToken cancellation)
    {
        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        if (await KnownMove.AnyAsync(hold.Db, move, cancellation) is not { } row)
        {
            return answers.Standing(Endings.Swept(move)); // its time was up, and what it left is gone already
        }

        if ((MoveRules.OfTenant(row, tenant) ?? MoveRules.OfRole(row, MoveStates.Source) ?? MoveRules.InState(row, MoveStates.Moved, MoveStates.Purged)) is { } refusal)
        {
            return refusal;
        }

        // Where it has come back meanwhile, or is about to, its rows are another move's.
        var gone = await hold.Db.Realms.SingleOrDefaultAsync(cancellation);
        if (row.State == MoveStates.Moved && MoveRules.InHand(gone, move) is null)
        {
            await RealmEraser.EraseRowsAsync(hold.Db, realm, cancellation);
            (gone!.TicketSecret, gone.FormerKeysUntil) = (TicketKeys.Create(keys, realm), null); // the marker needs none, and the old one is another cell's
        }

        row.State = MoveStates.Purged;
        await hold.CommitAsync(cancellation);
        await LookAnewAsync(realm, cancellation);
        return answers.Standing(row);
    }

    // The fence itself: what has not committed by now never will.
    private async Task<MoveResult?> ShutAsync(RealmId realm, MoveId move, TenantId tenant, CancellationToken cancellation)
    {
        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        var (row, refusal) = await KnownMove.FindAsync(hold.Db, move, tenant, MoveStates.Source, cancellation);
        if (row is null || (refusal = MoveRules.InState(row, MoveStates.Copying, MoveStates.Fenced)) is not null)
        {
            return refusal!;
        }

        var leaving = await hold.Db.Realms.SingleOrDefaultAsync(cancellation);
        if (MoveRules.InHand(leaving, move) is { } other)
        {
            return other;
        }

        if (row.State == MoveStates.Copying)
        {
            if (MoveRules.AtEpoch(leaving!, row.Epoch - 1) is { } moved)
            {
                return moved;
            }

            (row.Resume, leaving!.State, row.State) = (leaving!.State, RealmState.Fenced, MoveStates.Fenced);
            await hold.CommitAsync(cancellation);
        }

        realms.Forget(realm, leaving!.SignInHost);
        return null;
    }

    private async Task LookAnewAsync(RealmId realm, CancellationToken cancellation)
    {
        await realms.ForgetAsync(realm, cancellation);
        gates.Of(realm).Open();
    }
}
