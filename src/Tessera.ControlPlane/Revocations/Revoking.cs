using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.ControlPlane.Store;

namespace Tessera.ControlPlane.Revocations;

/// <summary>Writes revocations within a change, so that they are told or nothing of it happened.</summary>
internal static class Revoking
{
    /// <summary>The most tenants of one change: a page of the feed must hold them all.</summary>
    public const int Most = 500;

    /// <summary>Access tokens live an hour; the rest is for clocks that differ and for consumers that are behind.</summary>
    private static readonly TimeSpan RememberFor = TimeSpan.FromHours(2);

    // A cell whose clock is further ahead mints nothing that is accepted, so a later instant would only lock a person out.
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    /// <summary>Revokes what was issued to the subject for each of the tenants up to <paramref name="at"/>, and forgets what is over.</summary>
    public static async Task RevokeAsync(
        this Change change, IReadOnlyCollection<TenantId> tenants, string subject, DateTimeOffset at, CancellationToken cancellation)
    {
        if (tenants.Count > Most)
        {
            throw new ArgumentException($"At most {Most} tenants are told in one change.", nameof(tenants));
        }

        var now = change.Now.ToUnixTimeSeconds();
        await change.Db.Revocations.Where(row => row.ForgetAfter < now).ExecuteDeleteAsync(cancellation);
        var known = await change.Db.Revocations.Where(row => row.Subject == subject && tenants.Contains(row.TenantId))
            .ToDictionaryAsync(row => row.TenantId, cancellation);
        var upTo = UpTo(at < change.Now + ClocksDiffer ? at : change.Now + ClocksDiffer);
        var forgetAfter = upTo + (long)RememberFor.TotalSeconds;
        foreach (var tenant in tenants)
        {
            if (!known.TryGetValue(tenant, out var row))
            {
                change.Db.Revocations.Add(new RevocationRow
                {
                    TenantId = tenant, Subject = subject, IssuedUpTo = upTo, ForgetAfter = forgetAfter, Revision = change.Revision,
                });
            }
            else if (row.IssuedUpTo < upTo)
            {
                (row.IssuedUpTo, row.ForgetAfter, row.Revision) = (upTo, forgetAfter, change.Revision);
            }
        }
    }

    // iat has no fractions, so a token issued within the same second must not slip through.
    private static long UpTo(DateTimeOffset at) =>
        at.ToUnixTimeSeconds() + (at.Ticks % TimeSpan.TicksPerSecond == 0 ? 0 : 1);
}
