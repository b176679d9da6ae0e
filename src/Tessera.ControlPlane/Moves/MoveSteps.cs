using System.Text.Json;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Moves;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;
using CellProvisioning = Tessera.ControlPlane.Cells.Provisioning;

namespace Tessera.ControlPlane.Moves;

/// <summary>
/// What each state asks for at the cells, and which state comes of it. Every step may be done again: a mover that died after a
/// cell did its part, and before the journal said so, is followed by one that asks the same.
/// </summary>
internal sealed class MoveSteps(DirectoryStore store, CellProvisioning provisioning, CellMoves cells, MoveCopy copy, MoveJournal journal, IOptions<ControlOptions> options)
{
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1);

    // From top to bottom a move goes; the last line is the way back.
    private readonly Dictionary<MoveState, Func<MoveSteps, MoveWork, CancellationToken, Task<Stepped>>> _across = new()
    {
        [MoveState.Planned] = (steps, work, cancellation) => steps.PrepareAsync(work, cancellation),
        [MoveState.Copying] = (steps, work, cancellation) => steps.CopyAsync(work, cancellation),
        [MoveState.Fencing] = (steps, work, cancellation) => steps.FenceAsync(work, cancellation),
        [MoveState.Fenced] = (steps, work, cancellation) => steps.VerifyAsync(work, cancellation),
        [MoveState.Verified] = (_, _, _) => Task.FromResult<Stepped>(Decide()),
        [MoveState.Cutover] = (steps, work, cancellation) => steps.ActivateAsync(work, cancellation),
        [MoveState.Announced] = (steps, work, cancellation) => steps.RedirectAsync(work, cancellation),
        [MoveState.Purging] = (steps, work, cancellation) => steps.PurgeAsync(work, cancellation),
        [MoveState.RollingBack] = (steps, work, cancellation) => steps.UndoAsync(work, cancellation),
    };

    private readonly Dictionary<MoveState, Func<MoveSteps, MoveWork, CancellationToken, Task<Stepped>>> _within = new()
    {
        [MoveState.Planned] = (steps, work, cancellation) => steps.PreparePoolAsync(work, cancellation),
        [MoveState.Copying] = (_, _, _) => Task.FromResult<Stepped>(Decide()),
        [MoveState.Cutover] = (steps, work, cancellation) => steps.RepoolAsync(work, cancellation),
        [MoveState.Announced] = (_, _, _) => Task.FromResult<Stepped>(new Stepped.Done(MoveState.Purged)),
        [MoveState.RollingBack] = (_, _, _) => Task.FromResult<Stepped>(new Stepped.Done(MoveState.RolledBack, SettlementOfMove.WhenBackAsync)),
    };

    public async Task<Stepped> DoAsync(MoveWork work, CancellationToken cancellation)
    {
        // Its turn is settled with the journal's; a cell is not asked to get ready for one that would have to wait.
        if (work.Move.State == MoveState.Planned
            && await store.ReadAsync(DirectoryScope.All, db => TooManyAsync(db, options.Value.MovesAtOnce, cancellation), cancellation))
        {
            return new Stepped.Wait(journal.Now + Turn);
        }

        return await (work.Move.IsWithinCell ? _within : _across)[work.Move.State](this, work, cancellation);
    }

    private async Task<Stepped> PrepareAsync(MoveWork work, CancellationToken cancellation)
    {
        var move = work.Move;
        var pool = await PoolAsync(work, cancellation);
        if (pool is not Outcome<PoolKeys>.Done(var keys))
        {
            return NotYet(pool);
        }

        var formerKeys = await FormerKeysAsync(move, cancellation);
        var arrival = new ArrivalSpec(RealmOf.Tenant(work.Tenant) with { PoolId = move.ToPool, Epoch = move.Epoch + 1 }, formerKeys);
        var prepared = await cells.PrepareArrivalAsync(work.Target, move, arrival, cancellation);
        if (prepared is not Outcome<ArrivalReady>.Done(var ready))
        {
            return NotYet(prepared);
        }

        var departure = new DepartureSpec(move.ToCell, ready.SealingKey, move.Epoch);
        return await cells.PrepareDepartureAsync(work.Source, move, departure, cancellation) is Outcome<MoveStanding>.Refused(var refusal)
            ? new Stepped.NotYet(refusal)
            : new Stepped.Done(MoveState.Copying, async (change, row) =>
            {
                (row.SealingKey, row.ArrivedAs) = (ready.SealingKey, arrival.Realm.State);
                return await BeginAsync(change, row, keys, cancellation);
            });
    }

    private async Task<Stepped> PreparePoolAsync(MoveWork work, CancellationToken cancellation) => await PoolAsync(work, cancellation) switch
    {
        Outcome<PoolKeys>.Done(var keys) => new Stepped.Done(MoveState.Copying, (change, row) => BeginAsync(change, row, keys, cancellation)),
        var refused => NotYet(refused),
    };

    // From here on the feed names the target's pool beside the source's, so its keys are told with it.
    private async Task<Error?> BeginAsync(Change change, MoveRow row, PoolKeys keys, CancellationToken cancellation)
    {
        if (await TooManyAsync(change.Db, options.Value.MovesAtOnce, cancellation))
        {
            return MoveErrors.TooManyAtOnce();
        }

        await PoolKeyStore.AddAsync(change, keys, cancellation);
        await SettlementOfMove.TouchAsync(change, row, cancellation);
        return null;
    }

    internal static async Task<bool> TooManyAsync(DirectoryDb db, int most, CancellationToken cancellation) =>
        await MoveCounts.AtWorkAsync(db, cancellation) >= most;

    private Task<Outcome<PoolKeys>> PoolAsync(MoveWork work, CancellationToken cancellation) =>
        provisioning.PutPoolAsync(work.Target, work.Move.ToPool, cancellation);

    private async Task<IReadOnlyList<PublicJwk>> FormerKeysAsync(MoveRow move, CancellationToken cancellation) => move.Emergency
        ? []
        : await store.ReadAsync(DirectoryScope.Of(move.TenantId), db => MoveCounts.KeysOfAsync(db, move.FromPool, cancellation), cancellation);

    private async Task<Stepped> CopyAsync(MoveWork work, CancellationToken cancellation) =>
        await copy.CopyLiveAsync(work, cancellation) is { } failure
            ? new Stepped.NotYet(failure)
            : new Stepped.Done(MoveState.Fencing, (change, row) =>
            {
                row.FencingAt = change.Now;
                return NoError;
            });

    private async Task<Stepped> FenceAsync(MoveWork work, CancellationToken cancellation)
    {
        var fenced = await cells.FenceAsync(work.Source, work.Move, new FenceSpec(), cancellation);
        return fenced is not Outcome<MoveDigest>.Done(var digest) ? NotYet(fenced) : new Stepped.Done(MoveState.Fenced, (_, row) =>
        {
            (row.FencedDigest, row.Checksum) = (JsonSerializer.Serialize(digest, WireJson.Default.MoveDigest), Differences.Checksum(digest));
            return NoError;
        });
    }

    private async Task<Stepped> VerifyAsync(MoveWork work, CancellationToken cancellation) =>
        await copy.CopyRestAsync(work, Fenced(work.Move), cancellation) is { } failure ? new Stepped.NotYet(failure) : new Stepped.Done(MoveState.Verified);

    // Nothing is asked of a cell: this is the decision, and the directory's alone.
    private static Stepped.Done Decide() => new Stepped.Done(MoveState.Cutover, (change, row) =>
    {
        row.FencingAt ??= change.Now;
        row.FormerKeysUntil = row.Emergency ? 0 : (change.Now + MoveTimes.FormerKeys).ToUnixTimeSeconds();
        row.MarkerUntil = (change.Now + MoveTimes.Marker).ToUnixTimeSeconds();
        return NoError;
    });

    private async Task<Stepped> ActivateAsync(MoveWork work, CancellationToken cancellation)
    {
        var activation = new ActivateSpec(Fenced(work.Move), work.Move.FormerKeysUntil!.Value);
        var active = await cells.ActivateAsync(work.Target, work.Move, activation, cancellation);

        // A page that was under way for long came after the comparison. The source is still shut: what it has is carried again.
        if (active is Outcome<MoveStanding>.Refused({ Code: MoveAnswer.DigestDiffers })
            && await copy.CopyRestAsync(work, activation.Source, cancellation) is null)
        {
            active = await cells.ActivateAsync(work.Target, work.Move, activation, cancellation);
        }

        return active is Outcome<MoveStanding>.Refused(var refusal)
            ? new Stepped.NotYet(refusal)
            : new Stepped.Done(MoveState.Announced, SettlementOfMove.WhenThereAsync);
    }

    private async Task<Stepped> RepoolAsync(MoveWork work, CancellationToken cancellation)
    {
        var move = work.Move;
        return await cells.RepoolAsync(work.Source, move, new RepoolSpec(move.ToPool, move.Epoch + 1, move.FormerKeysUntil!.Value), cancellation) is Outcome<MoveStanding>.Refused(var refusal)
            ? new Stepped.NotYet(refusal)
            : new Stepped.Done(MoveState.Announced, SettlementOfMove.WhenThereAsync);
    }

    private async Task<Stepped> RedirectAsync(MoveWork work, CancellationToken cancellation)
    {
        var move = work.Move;
        var told = await cells.RedirectAsync(work.Source, move, new MovedSpec(move.ToCell, move.Epoch + 1, move.MarkerUntil!.Value), cancellation);
        return told is Outcome<MoveStanding>.Refused(var refusal) && !IsLost(work)
            ? new Stepped.NotYet(refusal)
            : new Stepped.Done(MoveState.Purging);
    }

    private async Task<Stepped> PurgeAsync(MoveWork work, CancellationToken cancellation)
    {
        var until = DateTimeOffset.FromUnixTimeSeconds(work.Move.MarkerUntil!.Value);
        if (journal.Now < until)
        {
            return new Stepped.Wait(until);
        }

        return await cells.PurgeAsync(work.Source, work.Move, cancellation) is Outcome<MoveStanding>.Refused(var refusal) && !IsLost(work)
            ? new Stepped.NotYet(refusal)
            : new Stepped.Done(MoveState.Purged);
    }

    // The source first, whatever becomes of the target: people wait there.
    private async Task<Stepped> UndoAsync(MoveWork work, CancellationToken cancellation)
    {
        var opened = await cells.UnfenceAsync(work.Source, work.Move, cancellation);
        var forgotten = await cells.ForgetArrivalAsync(work.Target, work.Move, cancellation);
        return opened is Outcome<MoveStanding>.Refused(var shut) && !NeverHeard(shut) ? new Stepped.NotYet(shut)
            : forgotten is Outcome<MoveStanding>.Refused(var kept) && !NeverHeard(kept) && !work.TargetIsLost ? new Stepped.NotYet(kept)
            : new Stepped.Done(MoveState.RolledBack, SettlementOfMove.WhenBackAsync);
    }

    private static bool NeverHeard(Error error) => error.Status == 404;

    // A process on the copy of a lost cell's database may be gone by then, or there never was one. It is asked twice.
    private static bool IsLost(MoveWork work) => work.SourceIsLost && work.Move.Failures > 0;

    private static MoveDigest Fenced(MoveRow move) => JsonSerializer.Deserialize(move.FencedDigest!, WireJson.Default.MoveDigest)!;

    private static Stepped.NotYet NotYet<T>(Outcome<T> outcome) => new(outcome is Outcome<T>.Refused(var error) ? error : CellErrors.CellRefused());

    private static readonly Task<Error?> NoError = Task.FromResult<Error?>(null);
}
