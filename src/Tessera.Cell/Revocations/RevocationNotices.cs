using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Realms;
using Tessera.Cell.Store;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Tessera.Cell.Revocations;

/// <summary>How much of what a person holds for a tenant a revocation notice is about.</summary>
internal enum Extent
{
    /// <summary>Everything: the account or membership may no longer sign in, or has another password.</summary>
    Person,

    /// <summary>What was granted in one session.</summary>
    Session,

    /// <summary>What hangs on one grant.</summary>
    Grant,
}

/// <summary>
/// Writes down which access tokens are no longer good, for APIs hear of it from the directory alone. Belongs into the
/// transaction that ends what they hang on, so that either both have happened or neither.
/// </summary>
internal sealed class RevocationNotices(CellDb db, RealmScope scope, TimeProvider time)
{
    /// <summary>What the grants stand for that are in force still; to be asked before they are ended.</summary>
    public async Task<List<RevocationNoticeRow>> DueAsync(Expression<Func<GrantRow, bool>> which, Extent extent, CancellationToken cancellation)
    {
        var grants = await db.Grants.AsNoTracking()
            .Where(which)
            .Where(grant => grant.Status == Statuses.Valid && grant.Subject != null)
            .Select(grant => new
            {
                grant.TenantId,
                Subject = grant.Subject!,
                SessionId = extent == Extent.Session ? grant.SessionId : null,
                GrantId = extent == Extent.Grant ? (Guid?)grant.Id : null,
            })
            .Distinct()
            .ToListAsync(cancellation);
        return grants.ConvertAll(grant => new RevocationNoticeRow
        {
            TenantId = grant.TenantId, Subject = grant.Subject, SessionId = grant.SessionId, GrantId = grant.GrantId,
        });
    }

    /// <summary>Adds and saves the notices, once the grants are ended: no token of theirs is issued later than now.</summary>
    public async Task AddAsync(List<RevocationNoticeRow> due, CancellationToken cancellation)
    {
        if (due.Count == 0)
        {
            return;
        }

        db.HasNotices = true;
        var now = time.GetUtcNow();
        foreach (var notice in due)
        {
            notice.NoticeId = Guid.CreateVersion7(now);
            notice.EndedAt = now;
            db.RevocationNotices.Add(notice);
            db.RevocationQueue.Add(new RevocationQueueRow { NoticeId = notice.NoticeId, Realm = scope.Realm.Id.Value, DueAt = now });
        }

        await db.SaveChangesAsync(cancellation);
    }
}
