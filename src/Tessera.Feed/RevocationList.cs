using System.Collections.Concurrent;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;

namespace Tessera.Feed;

/// <summary>
/// Revocations that still matter, one for each person of a tenant and one for each of their ended sessions
/// and grants. Each is forgotten when the last token it is about has expired, so there are never more than two hours' worth. One writer,
/// any readers.
/// </summary>
internal sealed class RevocationList(TimeProvider clock)
{
    private static readonly TimeSpan BetweenPrunings = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(TenantId Tenant, string Subject, string? Session, string? Grant), RevocationEntry> _entries = new();
    private DateTimeOffset _nextPruning;

    public int Count => _entries.Count;

    public bool Covers(TenantId tenant, string subject, string? session, string? grant, long issuedAt) =>
        CoversPerson(tenant, subject, issuedAt) || CoversSession(tenant, subject, session, issuedAt) || CoversGrant(tenant, subject, grant, issuedAt);

    public void Apply(IReadOnlyList<RevocationEntry> entries)
    {
        var now = clock.GetUtcNow();
        foreach (var entry in entries.Where(entry => !IsOver(entry, now)))
        {
            _entries.AddOrUpdate((entry.TenantId, entry.Subject, entry.Session, entry.Grant), entry, (_, known) => Later(known, entry));
        }

        // The list grows here alone, so here it is cut.
        if (now >= _nextPruning)
        {
            _nextPruning = now + BetweenPrunings;
            foreach (var over in _entries.Where(known => IsOver(known.Value, now)))
            {
                _entries.TryRemove(over);
            }
        }
    }

    private bool CoversPerson(TenantId tenant, string subject, long issuedAt) => Covers((tenant, subject, null, null), issuedAt);

    private bool CoversSession(TenantId tenant, string subject, string? session, long issuedAt) =>
        session is not null && Covers((tenant, subject, session, null), issuedAt);

    private bool CoversGrant(TenantId tenant, string subject, string? grant, long issuedAt) =>
        grant is not null && Covers((tenant, subject, null, grant), issuedAt);

    private bool Covers((TenantId, string, string?, string?) key, long issuedAt) => _entries.TryGetValue(key, out var entry) && issuedAt <= entry.IssuedUpTo;

    private static bool IsOver(RevocationEntry entry, DateTimeOffset now) => entry.ForgetAfter < now.ToUnixTimeSeconds();

    private static RevocationEntry Later(RevocationEntry a, RevocationEntry b) => a with
    {
        IssuedUpTo = Math.Max(a.IssuedUpTo, b.IssuedUpTo),
        ForgetAfter = Math.Max(a.ForgetAfter, b.ForgetAfter),
    };
}
