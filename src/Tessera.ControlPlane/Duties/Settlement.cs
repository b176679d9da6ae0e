using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;
using CellProvisioning = Tessera.ControlPlane.Cells.Provisioning;

namespace Tessera.ControlPlane.Duties;

/// <summary>Does what is owed to a cell, and strikes it off when the cell has done it.</summary>
internal sealed partial class Settlement(DirectoryStore store, CellProvisioning cells, IOptions<ControlOptions> options, TimeProvider time, ILogger<Settlement> log)
{
    private static readonly Error DoneByOther = new("duty_done", 409, "Another worker has done this.");

    // One tenant's duties one after another, so that an older state never overtakes a newer one on the way to the cell.
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>How long the making of anything may take before it is undone.</summary>
    public TimeSpan MakingTime => options.Value.MakingTime;

    // Shorter than MakingTime: nothing may still be on its way to the cell when the undoing begins.
    private TimeSpan GiveUpAfter => MakingTime * 2 / 3;

    private TimeSpan SettleNowFor => MakingTime / 3;

    /// <summary>A token for the making of something; dispose it when it is made.</summary>
    public CancellationTokenSource MakingDeadline() => new(GiveUpAfter, time);

    /// <summary>Tries a duty at once, whoever has hung up. One that fails is left for the worker.</summary>
    public async Task SettleNowAsync(Guid dutyId)
    {
        using var patience = new CancellationTokenSource(SettleNowFor, time);
        try
        {
            var duty = await store.ReadAsync(
                DirectoryScope.All, db => db.Duties.SingleOrDefaultAsync(row => row.DutyId == dutyId, patience.Token), patience.Token);
            if (duty is not null)
            {
                await SettleAsync(duty, patience.Token);
            }
        }
        catch (Exception e)
        {
            Postponed(log, e, dutyId);
        }
    }

    /// <summary>Does one duty; false when its cell did not.</summary>
    public async Task<bool> SettleAsync(DutyRow duty, CancellationToken cancellation)
    {
        var turn = _turns[(uint)duty.TenantId.GetHashCode() % (uint)_turns.Length];
        await turn.WaitAsync(cancellation);
        try
        {
            if (!duty.Begun && duty.Kind is DutyKind.UndoOnboarding or DutyKind.RemoveClient && !await BeginAsync(duty, cancellation))
            {
                return true;
            }

            if (await TellAsync(duty, cancellation) is Outcome<byte[]>.Refused(var error))
            {
                StillOwed(log, duty.Kind, duty.CellId, duty.TenantId, error.Code);
                return false;
            }

            await StrikeOffAsync(duty, cancellation);
            return true;
        }
        finally
        {
            turn.Release();
        }
    }

    // After this nobody can finish what is being undone.
    private async Task<bool> BeginAsync(DutyRow duty, CancellationToken cancellation) =>
        await store.ChangeAsync<Guid>(DirectoryScope.Of(duty.TenantId), Entry(duty, "begin"), async change =>
            await change.Db.Duties.Where(row => row.DutyId == duty.DutyId)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Begun, true), cancellation) == 1
                ? duty.DutyId
                : DoneByOther, cancellation) is Outcome<Guid>.Done;

    private async Task<Outcome<byte[]>> TellAsync(DutyRow duty, CancellationToken cancellation)
    {
        var (cell, tenant) = await store.ReadAsync(DirectoryScope.Of(duty.TenantId), async db => (
            await db.Cells.SingleAsync(row => row.CellId == duty.CellId, cancellation),
            await db.Tenants.SingleOrDefaultAsync(row => row.TenantId == duty.TenantId, cancellation)), cancellation);
        var door = CellDoor.Of(cell);
        return duty.Kind switch
        {
            // A realm that is to go, or gone, must not be made again by an older duty.
            DutyKind.TellState when tenant is null or { State: TenantState.Deleted } => Array.Empty<byte>(),
            DutyKind.TellState => await cells.PutRealmAsync(door, RealmOf.Tenant(tenant), cancellation),
            DutyKind.RemoveClient => await cells.RemoveClientAsync(door, duty.RealmId, duty.TenantId, duty.ClientId!.Value, cancellation),
            _ => await cells.RemoveRealmAsync(door, duty.RealmId, duty.TenantId, cancellation),
        };
    }

    private Task<Outcome<Guid>> StrikeOffAsync(DutyRow duty, CancellationToken cancellation) =>
        store.ChangeAsync<Guid>(DirectoryScope.Of(duty.TenantId), Entry(duty, "done"), async change =>
        {
            if (await change.Db.Duties.Where(row => row.DutyId == duty.DutyId).ExecuteDeleteAsync(cancellation) == 0)
            {
                return DoneByOther;
            }

            switch (duty.Kind)
            {
                case DutyKind.UndoOnboarding:
                    await ReleaseTenantAsync(change, duty, cancellation);
                    break;
                case DutyKind.RemoveClient:
                    await change.Db.Clients.Where(row => row.ClientId == duty.ClientId && !row.Active).ExecuteDeleteAsync(cancellation);
                    break;
            }

            return duty.DutyId;
        }, cancellation);

    // Nobody was ever told of this tenant, so nothing of it needs to stay: its names are free at once.
    private static async Task ReleaseTenantAsync(Change change, DutyRow duty, CancellationToken cancellation)
    {
        var pool = await change.Db.Tenants.Where(row => row.TenantId == duty.TenantId).Select(row => row.PoolId).SingleAsync(cancellation);
        await change.Db.Names.Where(row => row.TenantId == duty.TenantId).ExecuteDeleteAsync(cancellation);
        await change.Db.Clients.Where(row => row.TenantId == duty.TenantId).ExecuteDeleteAsync(cancellation);
        await change.Db.Tenants.Where(row => row.TenantId == duty.TenantId).ExecuteDeleteAsync(cancellation);
        await change.Db.Pools
            .Where(row => row.PoolId == pool && row.Keys == null && !change.Db.Cells.Any(cell => cell.SharedPoolId == row.PoolId))
            .ExecuteDeleteAsync(cancellation);
    }

    private static AuditEntry Entry(DutyRow duty, string step) => new(AuditEntry.System, $"{duty.Kind switch
    {
        DutyKind.UndoOnboarding => "onboarding.undo",
        DutyKind.TellState => "realm.tell",
        DutyKind.RemoveRealm => "realm.remove",
        DutyKind.RemoveClient => "client.remove",
        _ => throw new InvalidOperationException($"Unknown duty {duty.Kind}."),
    }}.{step}", duty.ClientId?.Value ?? duty.RealmId.Value, duty.TenantId);

    [LoggerMessage(EventId = 300, Level = LogLevel.Warning, Message = "{Duty} at cell {Cell} for tenant {Tenant} is still owed: {Code}.")]
    private static partial void StillOwed(ILogger log, DutyKind duty, Contracts.Ids.CellId cell, Contracts.Ids.TenantId tenant, string code);

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "Duty {DutyId} is left to the worker.")]
    private static partial void Postponed(ILogger log, Exception exception, Guid dutyId);
}
