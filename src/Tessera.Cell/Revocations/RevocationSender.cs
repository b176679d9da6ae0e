using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Housekeeping;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Revocations;

namespace Tessera.Cell.Revocations;

/// <summary>
/// Tells the control plane of tokens that are no longer good: at once when something ends here, and every few seconds
/// whatever is due, so that nothing is lost when the process is. While the control plane is away notices wait, until the
/// tokens they are about have expired of themselves.
/// </summary>
internal sealed partial class RevocationSender(
    CellStore store, RealmLookup realms, ToControlPlane control, Bell bell, TimeProvider time, ILogger<RevocationSender> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPauseAfterFault = TimeSpan.FromSeconds(0.2);
    private string? _putOffBecause;

    /// <summary>Tells what is due, all of it together; returns how many notices it looked at.</summary>
    /// <exception cref="HttpRequestException">The control plane has not taken them; they wait.</exception>
    public async Task<int> TellDueAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var due = await DueAsync(now, cancellation);
        var found = await FindAsync(due, cancellation);
        var telling = found.SelectMany(entry => entry.Notices).Where(notice => Matters(notice, now)).Select(Say).ToList();
        if (telling.Count > 0)
        {
            await control.TellAsync(telling, cancellation);
        }

        foreach (var (realm, notices) in found)
        {
            await ForgetAsync(realm, notices.ConvertAll(notice => notice.NoticeId), cancellation);
        }

        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var afterFault = FirstPauseAfterFault;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var looked = await TellDueAsync(stoppingToken);
                (afterFault, _putOffBecause) = (FirstPauseAfterFault, null);
                if (looked < CellStatement.Most)
                {
                    await bell.SleepAsync(Pause, stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PutOff(e.Message); // whatever it is, the queue stays and is told again
                await Task.Delay(afterFault, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                afterFault = afterFault * 2 < Pause ? afterFault * 2 : Pause;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    // One line for each reason, however often it is tried.
    private void PutOff(string reason)
    {
        if (_putOffBecause != reason)
        {
            LogPutOff(reason);
            _putOffBecause = reason;
        }
    }

    private async Task<List<RevocationQueueRow>> DueAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var db = store.Open(RowsOf.Cell);
        return await db.RevocationQueue.AsNoTracking().Where(row => row.DueAt <= now).OrderBy(row => row.DueAt).Take(CellStatement.Most).ToListAsync(cancellation);
    }

    private async Task<List<(Realm Realm, List<RevocationNoticeRow> Notices)>> FindAsync(List<RevocationQueueRow> due, CancellationToken cancellation)
    {
        var found = new List<(Realm Realm, List<RevocationNoticeRow> Notices)>();
        foreach (var queued in due.GroupBy(row => row.Realm))
        {
            var ids = queued.Select(row => row.NoticeId).ToList();
            if (RealmId.TryParse(queued.Key, out var id) && await realms.FindAsync(id, cancellation) is { } realm
                && await NoticesAsync(realm, ids, cancellation) is { Count: > 0 } notices)
            {
                found.Add((realm, notices));
            }
            else
            {
                await LeaveQueueAsync(ids, cancellation); // the realm has left the cell, and its notices with it
            }
        }

        return found;
    }

    private async Task<List<RevocationNoticeRow>> NoticesAsync(Realm realm, List<Guid> ids, CancellationToken cancellation)
    {
        await using var db = store.Open(RowsOf.InRealm(realm.Id, realm.Epoch));
        return await db.RevocationNotices.AsNoTracking().Where(notice => ids.Contains(notice.NoticeId)).ToListAsync(cancellation);
    }

    // A token issued before then has expired, so nobody needs to hear of it.
    private static bool Matters(RevocationNoticeRow notice, DateTimeOffset now) => notice.EndedAt + RevocationNotice.Matters > now;

    private static RevocationNotice Say(RevocationNoticeRow notice) => new(
        new TenantId(notice.TenantId), notice.Subject, notice.EndedAt.AddTicks(TimeSpan.TicksPerSecond - 1).ToUnixTimeSeconds(),
        notice.SessionId?.ToString(), notice.GrantId?.ToString());

    // Nothing of a realm that is not active can be written; told again later, it says nothing new.
    private async Task ForgetAsync(Realm realm, List<Guid> ids, CancellationToken cancellation)
    {
        try
        {
            await using var db = store.Open(RowsOf.InRealm(realm.Id, realm.Epoch));
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            await db.RevocationNotices.Where(notice => ids.Contains(notice.NoticeId)).ExecuteDeleteAsync(cancellation);
            await db.RevocationQueue.Where(row => ids.Contains(row.NoticeId)).ExecuteDeleteAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogKept(realm.Id.Value, e.Message);
            await using var db = store.Open(RowsOf.Cell);
            var due = time.GetUtcNow() + TimeSpan.FromMinutes(5);
            await db.RevocationQueue.Where(row => ids.Contains(row.NoticeId)).ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, due), cancellation);
        }
    }

    private async Task LeaveQueueAsync(List<Guid> ids, CancellationToken cancellation)
    {
        await using var db = store.Open(RowsOf.Cell);
        await db.RevocationQueue.Where(row => ids.Contains(row.NoticeId)).ExecuteDeleteAsync(cancellation);
    }

    [LoggerMessage(1, LogLevel.Warning, "Telling the control plane of ended sessions was put off: {Reason}")]
    private partial void LogPutOff(string reason);

    [LoggerMessage(2, LogLevel.Warning, "Realm {Realm}: what the control plane was told of ended sessions is kept and told again: {Reason}")]
    private partial void LogKept(string realm, string reason);
}
