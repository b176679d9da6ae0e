using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Revocations;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Revocations;

/// <summary>Writes revocations within a change, so that they are told or nothing of it happened.</summary>
internal static class Revoking
{
    /// <summary>The most revocations of one change: a page of the feed must hold them all.</summary>
    public const int Most = 500;

    // A cell whose clock is further ahead mints nothing that is accepted, so a later instant would only lock a person out.
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    /// <summary>Revokes what was issued to the subject for each of the tenants up to <paramref name="at"/>, and forgets what is over.</summary>
    public static Task RevokeAsync(
        this Change change, IReadOnlyCollection<TenantId> tenants, string subject, DateTimeOffset at, CancellationToken cancellation)
    {
        var upTo = UpTo(at);
        return change.RevokeAsync([.. tenants.Select(tenant => new RevocationNotice(tenant, subject, upTo))], cancellation);
    }

    /// <summary>The same of what cells tell.</summary>
    public static async Task RevokeAsync(this Change change, IReadOnlyCollection<RevocationNotice> notices, CancellationToken cancellation)
    {
        if (notices.Count > Most)
        {
            throw new ArgumentException($"At most {Most} revocations are told in one change.", nameof(notices));
        }

        var now = change.Now.ToUnixTimeSeconds();
        await change.Db.Revocations.Where(row => row.ForgetAfter < now).ExecuteDeleteAsync(cancellation);
        var known = await KnownAsync(change.Db, notices, cancellation);
        foreach (var next in notices.Select(notice => RowOf(notice, change.Now, change.Revision)))
        {
            if (!known.TryGetValue(KeyOf(next), out var row))
            {
                change.Db.Revocations.Add(next);
                known.Add(KeyOf(next), next);
            }
            else if (row.IssuedUpTo < next.IssuedUpTo)
            {
                (row.IssuedUpTo, row.ForgetAfter, row.Revision) = (next.IssuedUpTo, next.ForgetAfter, change.Revision);
            }
        }
    }

    /// <summary>Those of the notices that say something new.</summary>
    public static async Task<List<RevocationNotice>> NewAmongAsync(
        DirectoryDb db, IReadOnlyCollection<RevocationNotice> notices, DateTimeOffset now, CancellationToken cancellation)
    {
        var known = await KnownAsync(db, notices, cancellation);
        return [.. notices.Where(notice => RowOf(notice, now, revision: 0) is var row
            && row.ForgetAfter >= now.ToUnixTimeSeconds() && !(known.TryGetValue(KeyOf(row), out var old) && old.IssuedUpTo >= row.IssuedUpTo))];
    }

    private static RevocationRow RowOf(RevocationNotice notice, DateTimeOffset now, long revision)
    {
        var latest = UpTo(now + ClocksDiffer);
        var ended = Math.Min(notice.EndedAt, latest);
        var forgetAfter = ended + (long)RevocationNotice.Matters.TotalSeconds;
        return new RevocationRow
        {
            TenantId = notice.TenantId,
            Subject = notice.Subject,
            Session = notice.Session ?? "",
            Grant = notice.Grant ?? "",
            // A session or grant that has ended never comes back, whatever the clock of its cell.
            IssuedUpTo = notice.Session is null && notice.Grant is null ? ended : forgetAfter,
            ForgetAfter = forgetAfter,
            Revision = revision,
        };
    }

    private static async Task<Dictionary<(TenantId, string, string, string), RevocationRow>> KnownAsync(
        DirectoryDb db, IReadOnlyCollection<RevocationNotice> notices, CancellationToken cancellation)
    {
        var tenants = notices.Select(notice => notice.TenantId).Distinct().ToList();
        var subjects = notices.Select(notice => notice.Subject).Distinct().ToList();
        var rows = await db.Revocations.Where(row => subjects.Contains(row.Subject) && tenants.Contains(row.TenantId)).ToListAsync(cancellation);
        return rows.ToDictionary(KeyOf);
    }

    private static (TenantId, string, string, string) KeyOf(RevocationRow row) => (row.TenantId, row.Subject, row.Session, row.Grant);

    // iat has no fractions, so a token issued within the same second must not slip through.
    private static long UpTo(DateTimeOffset at) =>
        at.ToUnixTimeSeconds() + (at.Ticks % TimeSpan.TicksPerSecond == 0 ? 0 : 1);
}
