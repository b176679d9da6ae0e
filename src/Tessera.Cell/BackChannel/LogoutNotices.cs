using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Audit;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.BackChannel;

/// <summary>
/// Writes down whom to tell that a session has ended (OpenID Connect Back-Channel Logout 1.0): every client that was granted
/// something in it and has said where it wants to hear of it. Belongs into the transaction that ends the session, so that
/// either both have happened or neither.
/// </summary>
internal sealed class LogoutNotices(CellDb db, RealmScope scope, AuditTrail audit, LogoutSender sender, TimeProvider time)
{
    /// <summary>Adds and saves a notice for each client and session among the grants, which must not have been ended yet.</summary>
    public async Task AddAsync(Expression<Func<GrantRow, bool>> which, CancellationToken cancellation)
    {
        var due = await db.Grants.AsNoTracking()
            .Where(which)
            .Where(grant => grant.Status == Statuses.Valid && grant.SessionId != null && grant.Subject != null)
            .Join(
                db.Clients.Where(client => client.BackchannelLogoutUri != null), grant => grant.ApplicationId, client => client.Id,
                (grant, client) => new { client.ClientId, grant.Subject, SessionId = grant.SessionId!.Value })
            .Distinct()
            .ToListAsync(cancellation);
        if (due.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        foreach (var grant in due)
        {
            var notice = new LogoutNoticeRow { NoticeId = Guid.CreateVersion7(now), ClientId = grant.ClientId!, Subject = grant.Subject!, SessionId = grant.SessionId };
            db.LogoutNotices.Add(notice);
            db.LogoutQueue.Add(new LogoutQueueRow { NoticeId = notice.NoticeId, Realm = scope.Realm.Id.Value, DueAt = now });
            audit.Record("sign_out.notice", subject: grant.Subject, client: grant.ClientId);
        }

        await db.SaveChangesAsync(cancellation);
        sender.Wake();
    }
}
