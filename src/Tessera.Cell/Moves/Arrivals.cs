using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Control;
using Tessera.Cell.Keys;
using Tessera.Cell.Moves.Ledger;
using Tessera.Cell.Moves.Rows;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Moves;

namespace Tessera.Cell.Moves;

/// <summary>A move at the cell the realm comes to: prepared, filled, and erased again where it is rolled back.</summary>
internal sealed class Arrivals(CellStore store, CellKeys keys, RealmLookup realms, TravellingTables tables, RowLedger ledger, MoveAnswers answers, TimeProvider time)
{
    public async Task<MoveResult> PrepareAsync(MoveId move, TenantId tenant, ArrivalSpec spec, CancellationToken cancellation)
    {
        var realm = spec.Realm.RealmId;
        if (!FormerKeys.AreSound(spec.FormerKeys))
        {
            return MoveRefusal.FormerKeys;
        }

        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        var db = hold.Db;
        if (await KnownMove.AnyAsync(db, move, cancellation) is { } known)
        {
            return (KnownMove.RefusalOf(known, tenant, MoveStates.Target) ?? MoveRules.SameArrival(known, spec) ?? MoveRules.InState(known, MoveStates.Arriving)) is { } refusal ? refusal : Ready(known);
        }

        if (!await db.Pools.AnyAsync(pool => pool.PoolId == spec.Realm.PoolId.Value, cancellation))
        {
            return MoveRefusal.PoolMissing;
        }

        var row = await db.Realms.SingleOrDefaultAsync(cancellation);
        if (row is not null)
        {
            if ((MoveRules.OwnedBy(row, tenant) ?? MoveRules.MayArrive(row, spec.Realm.Epoch)) is { } refused)
            {
                return refused;
            }

            await RealmEraser.EraseRowsAsync(db, realm, cancellation); // what it left behind when it went
        }
        else
        {
            db.Realms.Add(row = new RealmRow { RealmId = realm.Value });
        }

        Announce(row, move, tenant, spec);
        var arriving = Begin(move, tenant, spec);
        db.Moves.Add(arriving);
        try
        {
            await hold.CommitAsync(cancellation);
        }
        catch (DbUpdateException e) when (StoreFaults.IsUniqueViolation(e))
        {
            return MoveRefusal.HostTaken;
        }

        realms.Forget(realm, spec.Realm.SignInHost);
        return Ready(arriving);
    }

    public async Task<MoveResult> TakeAsync(RealmId realm, MoveId move, TenantId tenant, byte[] page, CancellationToken cancellation)
    {
        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        var (row, refusal) = await KnownMove.FindAsync(hold.Db, move, tenant, MoveStates.Target, cancellation);
        if (row is null || (refusal = MoveRules.InState(row, MoveStates.Arriving) ?? MoveRules.InHand(await hold.Db.Realms.SingleOrDefaultAsync(cancellation), move)) is not null)
        {
            return refusal!;
        }

        using var key = Open(row);
        if (SealedRows.Open(key, page) is not { } opened || MoveRules.OfMove(opened.Header, move, realm) is not null
            || tables.Find(opened.Header.Table) is not { } table || PageRows.Read(opened.Rows, table, opened.Header) is not { } rows)
        {
            return MoveRefusal.Rows;
        }

        try
        {
            if (await table.WriteAsync(new Travel(hold.Db, realm, row, keys), rows.RangeOf(opened.Header), rows.Rows, cancellation) is not null)
            {
                return MoveRefusal.Rows;
            }

            await hold.CommitAsync(cancellation);
            return new MoveResult.Taken();
        }
        catch (DbUpdateException e) when (StoreFaults.IsUniqueViolation(e))
        {
            return MoveRefusal.RowsConflict;
        }
    }

    public async Task<MoveResult> DigestAsync(RealmId realm, MoveId move, TenantId tenant, CancellationToken cancellation)
    {
        await using var db = store.OpenForMany(RowsOf.Founding(realm));
        var (row, refusal) = await KnownMove.FindAsync(db, move, tenant, MoveStates.Target, cancellation);
        if (row is null || (refusal = MoveRules.InState(row, MoveStates.Arriving)) is not null)
        {
            return refusal!;
        }

        if (!await RowLedger.IsBegunAsync(db, cancellation) && await BeginLedgerAsync(realm, move, cancellation) is { } other)
        {
            return other;
        }

        return await answers.DigestAsync(new Travel(db, realm, row, keys), cancellation);
    }

    // Once most is here: until then nothing but pages is written, and whoever counts begins with what they brought.
    private async Task<Error?> BeginLedgerAsync(RealmId realm, MoveId move, CancellationToken cancellation)
    {
        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        if (MoveRules.InHand(await hold.Db.Realms.SingleOrDefaultAsync(cancellation), move) is { } other)
        {
            return other;
        }

        if (!await RowLedger.IsBegunAsync(hold.Db, cancellation))
        {
            ledger.Begin(hold.Db);
            await hold.CommitAsync(cancellation);
        }

        return null;
    }

    public async Task<MoveResult> EraseAsync(RealmId realm, MoveId move, TenantId tenant, CancellationToken cancellation)
    {
        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        var row = await KnownMove.AnyAsync(hold.Db, move, cancellation);
        if (row is null)
        {
            hold.Db.Moves.Add(row = Endings.NeverBegun(move, tenant, MoveStates.Target));
        }
        else if ((MoveRules.OfTenant(row, tenant) ?? MoveRules.OfRole(row, MoveStates.Target) ?? MoveRules.InState(row, MoveStates.Arriving, MoveStates.RolledBack)) is { } refusal)
        {
            return refusal;
        }
        else if (row.State == MoveStates.Arriving && await hold.Db.Realms.SingleOrDefaultAsync(cancellation) is { } arriving)
        {
            if (MoveRules.InHand(arriving, move) is { } other)
            {
                return other;
            }

            await RealmEraser.EraseRowsAsync(hold.Db, realm, cancellation);
            hold.Db.Realms.Remove(arriving);
            realms.Forget(realm, arriving.SignInHost);
        }

        (row.State, row.Key) = (MoveStates.RolledBack, []);
        await Endings.SweepAtAsync(hold.Db, realm, move, time.GetUtcNow() + Endings.Remembered, cancellation);
        await hold.CommitAsync(cancellation);
        await realms.ForgetAsync(realm, cancellation);
        return answers.Standing(row);
    }

    private void Announce(RealmRow row, MoveId move, TenantId tenant, ArrivalSpec spec)
    {
        row.TenantId = tenant.Value;
        row.PoolId = spec.Realm.PoolId.Value;
        (row.DisplayName, row.SignInHost) = (spec.Realm.DisplayName, spec.Realm.SignInHost);
        (row.State, row.Epoch, row.MoveId, row.MovedTo, row.FormerKeysUntil) = (RealmState.Arriving, spec.Realm.Epoch, move.Value, null, null);
        row.TicketSecret = TicketKeys.Create(keys, spec.Realm.RealmId); // its own comes with its row
    }

    private MoveRow Begin(MoveId move, TenantId tenant, ArrivalSpec spec)
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return new MoveRow
        {
            MoveId = move.Value, TenantId = tenant.Value, Role = MoveStates.Target, State = MoveStates.Arriving, Epoch = spec.Realm.Epoch,
            Key = keys.Seal(Purpose(move), key.ExportPkcs8PrivateKey()), Resume = RealmState.Write(spec.Realm.State),
            FormerKeys = FormerKeys.Write(spec.FormerKeys),
        };
    }

    private MoveResult Ready(MoveRow row)
    {
        using var key = Open(row);
        return answers.Ready(new MoveId(row.MoveId), SealedRows.PointOf(key));
    }

    private ECDiffieHellman Open(MoveRow row)
    {
        var key = ECDiffieHellman.Create();
        key.ImportPkcs8PrivateKey(keys.Open(Purpose(new MoveId(row.MoveId)), row.Key), out _);
        return key;
    }

    private static string Purpose(MoveId move) => $"move/{move}";
}
