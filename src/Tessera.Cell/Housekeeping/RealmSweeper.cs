using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;

namespace Tessera.Cell.Housekeeping;

/// <summary>
/// Takes away what has expired: sessions, codes, refresh tokens and the grants that nothing hangs on any more. A realm is
/// swept after somebody has signed in there, at most once an hour, within its own rows; nothing ever lists all realms.
/// </summary>
internal sealed partial class RealmSweeper(CellStore store, TimeProvider time, ILogger<RealmSweeper> logger) : BackgroundService
{
    private const int Remembered = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    // Kept past expiry, so that a late replay of a used code still ends its family.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private readonly Channel<Realm> _due = Channel.CreateBounded<Realm>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<string, DateTimeOffset> _swept = new();

    /// <summary>Says that the realm is in use. Costs a look-up; does nothing when it was swept within the hour.</summary>
    public void Touch(Realm realm)
    {
        var now = time.GetUtcNow();
        if (_swept.TryGetValue(realm.Id.Value, out var last) && now - last < Interval)
        {
            return;
        }

        Forget(now - Interval);
        _swept[realm.Id.Value] = now;
        _due.Writer.TryWrite(realm);
    }

    /// <summary>Sweeps one realm; returns how many rows went.</summary>
    public async Task<int> SweepAsync(Realm realm, CancellationToken cancellation)
    {
        await using var db = store.OpenForMany(RowsOf.InRealm(realm.Id, realm.Epoch));
        var now = time.GetUtcNow() - Grace;
        var expired = now.UtcDateTime;
        var gone = await db.Sessions.Where(session => session.ExpiresAt < now).ExecuteDeleteAsync(cancellation);
        gone += await db.Tokens.Where(token => token.ExpirationDate < expired).ExecuteDeleteAsync(cancellation);
        gone += await db.SpentAssertions.Where(spent => spent.ExpiresAt < now).ExecuteDeleteAsync(cancellation);
        gone += await db.FormerKeys.Where(key => key.Until < now).ExecuteDeleteAsync(cancellation);
        gone += await db.Grants
            .Where(grant => grant.CreationDate < expired && !db.Tokens.Any(token => token.AuthorizationId == grant.Id) && !db.Sessions.Any(session => session.SessionId == grant.SessionId))
            .ExecuteDeleteAsync(cancellation);
        return gone;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var realm in _due.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(realm, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever it is: tidying up never stops the cell. The next sign-in after an hour tries again.
                LogPutOff(realm.Id.Value, e);
            }
        }
    }

    // What was swept long ago need not be remembered, and with very many realms in use some are swept more often.
    private void Forget(DateTimeOffset before)
    {
        if (_swept.Count < Remembered)
        {
            return;
        }

        foreach (var old in _swept.Where(entry => entry.Value < before))
        {
            _swept.TryRemove(old);
        }

        if (_swept.Count >= Remembered)
        {
            _swept.Clear();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Sweeping realm {Realm} was put off.")]
    private partial void LogPutOff(string realm, Exception exception);
}
