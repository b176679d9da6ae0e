using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Keys;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Moves;

namespace Tessera.Cell.Moves;

/// <summary>A move within this cell: the realm's rows stay where they are, and its pool and epoch change in one transaction under the fence.</summary>
internal sealed class Repooling(CellStore store, PoolKeyrings pools, RealmLookup realms, RealmGates gates, MoveAnswers answers, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<MoveResult> RunAsync(RealmId realm, MoveId move, TenantId tenant, RepoolSpec spec, CancellationToken cancellation)
    {
        var gate = gates.Of(realm);
        gate.Shut();
        try
        {
            await gate.WaitIdleAsync(Patience, cancellation);
            return await ChangeAsync(realm, move, tenant, spec, cancellation);
        }
        finally
        {
            await realms.ForgetAsync(realm, CancellationToken.None);
            gate.Open();
        }
    }

    private async Task<MoveResult> ChangeAsync(RealmId realm, MoveId move, TenantId tenant, RepoolSpec spec, CancellationToken cancellation)
    {
        await using var hold = await RealmHold.TakeAsync(store, realm, cancellation);
        var db = hold.Db;
        if (await KnownMove.AnyAsync(db, move, cancellation) is { } known)
        {
            return (MoveRules.OfTenant(known, tenant) ?? MoveRules.OfRole(known, MoveStates.Both)) is { } refusal ? refusal
                : known.Epoch != spec.Epoch ? MoveRefusal.Differs : answers.Standing(known);
        }

        if (await db.Realms.SingleOrDefaultAsync(cancellation) is not { } row)
        {
            return Control.ServiceDoor.NoRealm;
        }

        if ((MoveRules.OwnedBy(row, tenant) ?? MoveRules.InNoHand(row) ?? MoveRules.LivesHere(row) ?? MoveRules.AtEpoch(row, spec.Epoch - 1)) is { } refused)
        {
            return refused;
        }

        if (!await db.Pools.AnyAsync(pool => pool.PoolId == spec.Pool.Value, cancellation))
        {
            return MoveRefusal.PoolMissing;
        }

        var former = pools.Open(await db.Pools.AsNoTracking().SingleAsync(pool => pool.PoolId == row.PoolId, cancellation));
        await FormerKeys.KeepAsync(db, row, former.Public, DateTimeOffset.FromUnixTimeSeconds(spec.FormerKeysUntil), cancellation);
        (row.PoolId, row.Epoch) = (spec.Pool.Value, spec.Epoch);
        var moved = new MoveRow { MoveId = move.Value, TenantId = tenant.Value, Role = MoveStates.Both, State = MoveStates.Active, Epoch = spec.Epoch };
        db.Moves.Add(moved);
        db.Audit.Add(new AuditRow { Id = Guid.CreateVersion7(time.GetUtcNow()), TenantId = tenant.Value, At = time.GetUtcNow(), Event = "realm.repooled", Detail = $"by move {move}" });
        await Endings.SweepAtAsync(db, realm, move, time.GetUtcNow() + Endings.Remembered, cancellation);
        await hold.CommitAsync(cancellation);
        return answers.Standing(moved);
    }
}
