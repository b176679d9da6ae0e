using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Housekeeping;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using Tessera.Contracts.Ids;

namespace Tessera.Cell.BackChannel;

/// <summary>
/// Tells applications of ended sessions: at once when one ends here, and every few seconds whatever is due, so that nothing
/// is lost when the process is. A notice is tried eight times over an hour and a half and then given up.
/// </summary>
internal sealed partial class LogoutSender(CellStore store, RealmLookup realms, OutsideClient outside, TimeProvider time, ILogger<LogoutSender> logger) : BackgroundService
{
    public const int MostTries = 8;
    private const int Batch = 50;
    private const int AtOnce = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim _sending = new(1); // one at a time, so that nothing is told twice
    private readonly Bell _bell = new();

    /// <summary>Says that something may be due. Cheap, and harmless when nothing is.</summary>
    public void Wake() => _bell.Ring();

    /// <summary>Sends what is due; returns how many notices it looked at.</summary>
    public async Task<int> SendDueAsync(CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation);
        try
        {
            return await SendBatchAsync(cancellation);
        }
        finally
        {
            _sending.Release();
        }
    }

    public override void Dispose()
    {
        _sending.Dispose();
        base.Dispose();
    }

    private async Task<int> SendBatchAsync(CancellationToken cancellation)
    {
        List<LogoutQueueRow> due;
        await using (var db = store.Open(RowsOf.Cell))
        {
            var now = time.GetUtcNow();
            due = await db.LogoutQueue.AsNoTracking().Where(row => row.DueAt <= now).OrderBy(row => row.DueAt).Take(Batch).ToListAsync(cancellation);
        }

        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, SendCarefullyAsync);
        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await SendDueAsync(stoppingToken) == Batch)
                {
                    continue;
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogPutOff(e); // whatever it is, the queue stays and is tried again
            }

            await _bell.SleepAsync(Pause, stoppingToken);
        }
    }

    // What fails with one notice keeps no other waiting.
    private async ValueTask SendCarefullyAsync(LogoutQueueRow row, CancellationToken cancellation)
    {
        try
        {
            await SendAsync(row, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogPutOff(e);
            await PutOffAsync(row.NoticeId, TimeSpan.FromMinutes(1), cancellation);
        }
    }

    private async Task SendAsync(LogoutQueueRow row, CancellationToken cancellation)
    {
        if (!RealmId.TryParse(row.Realm, out var id) || await realms.FindAsync(id, cancellation) is not { } realm)
        {
            await ForgetAsync(row.NoticeId, cancellation); // the realm has left the cell, and its notices with it
            return;
        }

        if (realm.Standing != RealmStanding.Active)
        {
            await PutOffAsync(row.NoticeId, TimeSpan.FromMinutes(5), cancellation); // nothing of it can be written meanwhile
            return;
        }

        await using var db = store.Open(RowsOf.InRealm(realm.Id, realm.Epoch));
        var notice = await db.LogoutNotices.SingleOrDefaultAsync(found => found.NoticeId == row.NoticeId, cancellation);
        var client = notice is null ? null : await db.Clients.AsNoTracking().SingleOrDefaultAsync(found => found.ClientId == notice.ClientId, cancellation);
        if (notice is null || client?.BackchannelLogoutUri is null || await TellAsync(realm, client, notice, cancellation))
        {
            await ForgetAsync(db, notice, row.NoticeId, cancellation);
            return;
        }

        if (++notice.Tries >= MostTries)
        {
            LogGivenUp(realm.Id.Value, notice.ClientId);
            await ForgetAsync(db, notice, row.NoticeId, cancellation);
            return;
        }

        await db.SaveChangesAsync(cancellation);
        await PutOffAsync(row.NoticeId, Pause * Math.Pow(3, notice.Tries - 1), cancellation);
    }

    // Section 2.7: 200 when it is done; 204 is taken for the same.
    private async Task<bool> TellAsync(Realm realm, ClientRow client, LogoutNoticeRow notice, CancellationToken cancellation)
    {
        try
        {
            var token = LogoutToken.Make(realm, client, notice, time.GetUtcNow());
            var status = await outside.PostAsync(new Uri(client.BackchannelLogoutUri!), new Dictionary<string, string> { ["logout_token"] = token }, cancellation);
            if ((int)status is 200 or 204)
            {
                return true;
            }

            LogRefused(realm.Id.Value, notice.ClientId, (int)status);
        }
        catch (Exception e) when (e is HttpRequestException or System.Net.Sockets.SocketException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            LogUnreached(realm.Id.Value, notice.ClientId, e.Message);
        }

        return false;
    }

    private static async Task ForgetAsync(CellDb db, LogoutNoticeRow? notice, Guid id, CancellationToken cancellation)
    {
        if (notice is not null)
        {
            db.LogoutNotices.Remove(notice);
        }

        db.LogoutQueue.Remove(new LogoutQueueRow { NoticeId = id });
        await db.SaveChangesAsync(cancellation);
    }

    private async Task ForgetAsync(Guid notice, CancellationToken cancellation)
    {
        await using var db = store.Open(RowsOf.Cell);
        await db.LogoutQueue.Where(row => row.NoticeId == notice).ExecuteDeleteAsync(cancellation);
    }

    private async Task PutOffAsync(Guid notice, TimeSpan by, CancellationToken cancellation)
    {
        await using var db = store.Open(RowsOf.Cell);
        var due = time.GetUtcNow() + by;
        await db.LogoutQueue.Where(row => row.NoticeId == notice).ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, due), cancellation);
    }

    [LoggerMessage(1, LogLevel.Warning, "Telling applications of ended sessions was put off.")]
    private partial void LogPutOff(Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "Realm {Realm}: client {Client} answered a logout token with {Status}.")]
    private partial void LogRefused(string realm, string client, int status);

    [LoggerMessage(3, LogLevel.Warning, "Realm {Realm}: client {Client} could not be told that a session ended: {Reason}")]
    private partial void LogUnreached(string realm, string client, string reason);

    [LoggerMessage(4, LogLevel.Error, "Realm {Realm}: client {Client} was not told that a session ended; that is given up.")]
    private partial void LogGivenUp(string realm, string client);
}
