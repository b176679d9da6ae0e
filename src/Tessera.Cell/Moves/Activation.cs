using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Keys;
using Tessera.Cell.Moves.Ledger;
using Tessera.Cell.Moves.Rows;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Moves;

namespace Tessera.Cell.Moves;

/// <summary>The realm becomes this cell's: if all that was fenced is here, and in one transaction.</summary>
internal sealed class Activation(CellStore store, CellKeys keys, RealmLookup realms, RowLedger ledger, MoveAnswers answers, TimeProvider time)
{
    public async Task<MoveResult> RunAsync(RealmId realm, MoveId move, TenantId tenant, ActivateSpec spec, CancellationToken cancellation)
    {
        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        var db = hold.Db;
        var (row, refusal) = await KnownMove.FindAsync(db, move, tenant, MoveStates.Target, cancellation);
        if (row is null || (refusal = MoveRules.InState(row, MoveStates.Arriving, MoveStates.Active)) is not null)
        {
            return refusal!;
        }

        if (row.State == MoveStates.Active)
        {
            return answers.Standing(row);
        }

        var arriving = await db.Realms.SingleOrDefaultAsync(cancellation);
        if ((MoveRules.InHand(arriving, move) ?? MoveRules.OfSource(spec.Source, move, answers.Cell)) is { } refused)
        {
            return refused;
        }

        var stands = await ledger.DigestAsync(new Travel(db, realm, row, keys), answers.Cell, cancellation);
        if (!RowSums.AreEqual(spec.Source.Tables, stands.Tables))
        {
            return MoveRefusal.Digest;
        }

        await RowLedger.EndAsync(db, cancellation);
        await FormerKeys.KeepAsync(db, arriving!, FormerKeys.Read(row.FormerKeys), DateTimeOffset.FromUnixTimeSeconds(spec.FormerKeysUntil), cancellation);
        await QueueNoticesAsync(db, realm, cancellation);
        (arriving!.State, arriving.MoveId) = (row.Resume, null);
        (row.State, row.Key, row.FormerKeys) = (MoveStates.Active, [], null);
        db.Audit.Add(new AuditRow { Id = Guid.CreateVersion7(time.GetUtcNow()), TenantId = tenant.Value, At = time.GetUtcNow(), Event = "realm.arrived", Detail = $"from {spec.Source.Cell} by move {move}" });
        await Endings.SweepAtAsync(db, realm, move, time.GetUtcNow() + Endings.Remembered, cancellation);
        await hold.CommitAsync(cancellation);
        realms.Forget(realm, arriving.SignInHost);
        return answers.Standing(row);
    }

    // What tells the workers where to look is each cell's own, and is made anew.
    private async Task QueueNoticesAsync(CellDb db, RealmId realm, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await db.LogoutQueue.Where(row => row.Realm == realm.Value).ExecuteDeleteAsync(cancellation);
        await db.RevocationQueue.Where(row => row.Realm == realm.Value).ExecuteDeleteAsync(cancellation);
        foreach (var notice in await db.LogoutNotices.AsNoTracking().Select(row => row.NoticeId).ToListAsync(cancellation))
        {
            db.LogoutQueue.Add(new LogoutQueueRow { NoticeId = notice, Realm = realm.Value, DueAt = now });
        }

        foreach (var notice in await db.RevocationNotices.AsNoTracking().Select(row => row.NoticeId).ToListAsync(cancellation))
        {
            db.RevocationQueue.Add(new RevocationQueueRow { NoticeId = notice, Realm = realm.Value, DueAt = now });
        }
    }
}
