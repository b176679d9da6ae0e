using System.Diagnostics.CodeAnalysis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Errors;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Moves;
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
        var turn = _turns[(uint)(duty.TenantId?.GetHashCode() ?? duty.RealmId.GetHashCode()) % (uint)_turns.Length];
        await turn.WaitAsync(cancellation);
        try
        {
            if (await IsHeldAsync(duty, cancellation))
            {
                return false;
            }

            if (!duty.Begun && Unmakes(duty.Kind) && !await BeginAsync(duty, cancellation))
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

    private static bool Unmakes(DutyKind kind) =>
        kind is DutyKind.UndoOnboarding or DutyKind.UndoSharedOnboarding or DutyKind.UndoSharedRealm or DutyKind.UndoPromotion or DutyKind.RemoveClient;

    // A shared realm is nobody's but the platform's, which sees all.
    private static DirectoryScope ScopeOf(DutyRow duty) => duty.TenantId is { } tenant ? DirectoryScope.Of(tenant) : DirectoryScope.All;

    // After this nobody can finish what is being undone.
    private async Task<bool> BeginAsync(DutyRow duty, CancellationToken cancellation) =>
        await store.ChangeAsync<Guid>(ScopeOf(duty), Entry(duty, "begin"), async change =>
            await change.Db.Duties.Where(row => row.DutyId == duty.DutyId)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Begun, true), cancellation) == 1
                ? duty.DutyId
                : DoneByOther, cancellation) is Outcome<Guid>.Done;

    // A realm that is shut takes no news; its move, once it is through or back, owes them to the cell it has come to.
    private async Task<bool> IsHeldAsync(DutyRow duty, CancellationToken cancellation) => duty.Kind == DutyKind.TellState
        && await store.ReadAsync(ScopeOf(duty), db => MoveCounts.IsShutAsync(db, duty.TenantId, cancellation), cancellation);

    private async Task<Outcome<byte[]>> TellAsync(DutyRow duty, CancellationToken cancellation)
    {
        var (cell, tenant) = await store.ReadAsync(ScopeOf(duty), async db => (
            await db.Cells.SingleAsync(row => row.CellId == duty.CellId, cancellation),
            await db.Tenants.SingleOrDefaultAsync(row => row.TenantId == duty.TenantId, cancellation)), cancellation);
        var door = CellDoor.Of(cell);
        return duty.Kind switch
        {
            // What is to go, or gone, must not be made again by an older duty; a shared realm is never one tenant's to tell of.
            DutyKind.TellState when !IsThere(tenant) || tenant.Pattern == Pattern.Shared || tenant.RealmId != duty.RealmId || tenant.CellId != duty.CellId => Array.Empty<byte>(),
            DutyKind.TellState => await cells.PutRealmAsync(door, RealmOf.Tenant(tenant!), cancellation),
            DutyKind.TellSharedTenant when !IsThere(tenant) || tenant.SharedRealmId != duty.RealmId => Array.Empty<byte>(),
            DutyKind.TellSharedTenant => await cells.PutSharedTenantAsync(door, duty.RealmId, RealmOf.SharedTenant(tenant!), cancellation),
            DutyKind.UndoSharedOnboarding or DutyKind.RemoveSharedTenant =>
                await cells.RemoveSharedTenantAsync(door, duty.RealmId, duty.TenantId!.Value, cancellation),
            DutyKind.RemoveClient => await cells.RemoveClientAsync(door, duty.RealmId, duty.TenantId, duty.ClientId!.Value, cancellation),
            DutyKind.UndoSharedRealm or DutyKind.UndoOnboarding or DutyKind.UndoPromotion or DutyKind.RemoveRealm =>
                await cells.RemoveRealmAsync(door, duty.RealmId, duty.TenantId, cancellation),
            _ => throw new InvalidOperationException($"Unknown duty {duty.Kind}."),
        };
    }

    private static bool IsThere([NotNullWhen(true)] TenantRow? tenant) => tenant is { State: not TenantState.Deleted };

    private Task<Outcome<Guid>> StrikeOffAsync(DutyRow duty, CancellationToken cancellation) =>
        store.ChangeAsync<Guid>(ScopeOf(duty), Entry(duty, "done"), async change =>
        {
            if (await change.Db.Duties.Where(row => row.DutyId == duty.DutyId).ExecuteDeleteAsync(cancellation) == 0)
            {
                return DoneByOther;
            }

            await Release.AfterAsync(change, duty, cancellation);
            return duty.DutyId;
        }, cancellation);

    private static AuditEntry Entry(DutyRow duty, string step) => new(AuditEntry.System, $"{duty.Kind switch
    {
        DutyKind.UndoOnboarding or DutyKind.UndoSharedOnboarding => "onboarding.undo",
        DutyKind.UndoSharedRealm => "shared_realm.undo",
        DutyKind.UndoPromotion => "promotion.undo",
        DutyKind.TellState => "realm.tell",
        DutyKind.TellSharedTenant => "shared_tenant.tell",
        DutyKind.RemoveRealm => "realm.remove",
        DutyKind.RemoveSharedTenant => "shared_tenant.remove",
        DutyKind.RemoveClient => "client.remove",
        _ => throw new InvalidOperationException($"Unknown duty {duty.Kind}."),
    }}.{step}", duty.ClientId?.Value ?? duty.RealmId.Value, duty.TenantId);

    [LoggerMessage(EventId = 300, Level = LogLevel.Warning, Message = "{Duty} at cell {Cell} for tenant {Tenant} is still owed: {Code}.")]
    private static partial void StillOwed(ILogger log, DutyKind duty, Contracts.Ids.CellId cell, Contracts.Ids.TenantId? tenant, string code);

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "Duty {DutyId} is left to the worker.")]
    private static partial void Postponed(ILogger log, Exception exception, Guid dutyId);
}
