using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Revocations;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Duties;

/// <summary>Settles what is due, at start and every ten seconds: after a crash, or when a cell is back.</summary>
internal sealed partial class DutyWorker(DirectoryStore store, Settlement settlement, Forgetting forgetting, TimeProvider time, ILogger<DutyWorker> log) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                await SettleDueAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping; what is owed is in the store.
        }
    }

    private async Task SettleDueAsync(CancellationToken cancellation)
    {
        try
        {
            await SettleRoundAsync(cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            RoundFailed(log, e);
        }
    }

    private async Task SettleRoundAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var due = await store.ReadAsync(
            DirectoryScope.All,
            db => db.Duties.Where(duty => duty.DueAt <= now).OrderBy(duty => duty.DueAt).Take(Batch).ToListAsync(cancellation),
            cancellation);

        // Cells are independent: one that is down must not hold up what is owed to the others.
        await Parallel.ForEachAsync(due.GroupBy(duty => duty.CellId), cancellation, async (cell, token) => await SettleCellAsync(cell, token));
        await forgetting.RunAsync(cancellation);
    }

    private async Task SettleCellAsync(IGrouping<CellId, DutyRow> cell, CancellationToken cancellation)
    {
        foreach (var duty in cell)
        {
            try
            {
                await settlement.SettleAsync(duty, cancellation);
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                DutyFailed(log, e, duty.Kind, duty.TenantId);
            }
        }
    }

    [LoggerMessage(EventId = 310, Level = LogLevel.Error, Message = "A round of duties failed.")]
    private static partial void RoundFailed(ILogger log, Exception exception);

    [LoggerMessage(EventId = 311, Level = LogLevel.Error, Message = "{Duty} for tenant {Tenant} failed.")]
    private static partial void DutyFailed(ILogger log, Exception exception, DutyKind duty, TenantId? tenant);
}
