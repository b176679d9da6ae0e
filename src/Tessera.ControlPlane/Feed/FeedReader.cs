using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Moves;
using Tessera.ControlPlane.Revocations;
using Tessera.ControlPlane.SharedRealms;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.Feed;

/// <summary>Tells the directory's state page by page: each cell, pool, tenant, shared realm and revocation once, at the revision of its last change.</summary>
internal sealed class FeedReader(DirectoryStore store, CommitSignal committed, Issuers issuers, TimeProvider time)
{
    /// <summary>Entries in a page; a page is cut between revisions, so it may have a few less.</summary>
    public const int PageSize = 1000;

    // For what other processes commit.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>The page after a revision, waiting for there to be one as long as <paramref name="wait"/>.</summary>
    public async Task<Outcome<FeedPage>> ReadAsync(long after, TimeSpan wait, CancellationToken cancellation)
    {
        var until = time.GetUtcNow() + wait;
        while (true)
        {
            // Before looking: what is committed in between completes this very task, and is later than the page says it is.
            var next = committed.Next;
            var issuedAt = time.GetUtcNow().ToUnixTimeSeconds();
            var head = await store.ReadAsync(default, HeadAsync, cancellation);
            if (head < after)
            {
                return FeedErrors.FeedRevisionAhead();
            }

            var left = until - time.GetUtcNow();
            if (head > after)
            {
                return await store.ReadAsync(DirectoryScope.All, db => PageAsync(db, after, issuedAt, cancellation), cancellation);
            }

            if (left <= TimeSpan.Zero)
            {
                return new FeedPage(after, after, HasMore: false, [], [], [], [], [], issuedAt);
            }

            using var lookAgain = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(next, Task.Delay(left < LookAgain ? left : LookAgain, time, lookAgain.Token));
            await lookAgain.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static Task<long> HeadAsync(DirectoryDb db) => db.Revisions.Select(row => row.Revision).SingleAsync();

    private async Task<FeedPage> PageAsync(DirectoryDb db, long after, long issuedAt, CancellationToken cancellation)
    {
        var head = await HeadAsync(db);
        var cells = await db.Cells.Where(row => row.Revision > after && (row.PublicKey != null || row.Backend == Backend.Cognito))
            .OrderBy(row => row.Revision).Take(PageSize + 1).ToListAsync(cancellation);
        var pools = await db.Pools.Where(row => row.Revision > after && (row.Keys != null || row.Issuer != null))
            .OrderBy(row => row.Revision).Take(PageSize + 1).ToListAsync(cancellation);
        var tenants = await db.Tenants.Where(row => row.Revision > after && row.State != TenantState.Provisioning)
            .OrderBy(row => row.Revision).Take(PageSize + 1).ToListAsync(cancellation);

        var shared = await db.SharedRealms.Where(row => row.Revision > after && row.State == TenantState.Active)
            .OrderBy(row => row.Revision).Take(PageSize + 1).ToListAsync(cancellation);
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var revocations = await db.Revocations.Where(row => row.Revision > after && row.ForgetAfter >= now)
            .OrderBy(row => row.Revision).Take(PageSize + 1).ToListAsync(cancellation);

        List<long> revisions =
        [
            .. cells.Select(row => row.Revision), .. pools.Select(row => row.Revision), .. tenants.Select(row => row.Revision),
            .. shared.Select(row => row.Revision), .. revocations.Select(row => row.Revision),
        ];
        revisions.Sort();
        var hasMore = revisions.Count > PageSize;

        // What changed together is told together: the page ends before the revision that would not fit whole.
        var last = hasMore ? revisions.Last(revision => revision < revisions[PageSize]) : head;
        var told = tenants.Where(row => row.Revision <= last).ToList();
        var toldShared = shared.Where(row => row.Revision <= last).ToList();
        var clients = await ClientsAsync(db, told, cancellation);
        var alsoPools = await AlsoPools.OfAsync(db, told, issuedAt, cancellation);
        var sharedClients = await ClientsAsync(db, toldShared, cancellation);
        return new FeedPage(
            after,
            last,
            hasMore,
            [.. cells.Where(row => row.Revision <= last).Select(row => new CellEntry(row.CellId, row.Region, row.Endpoint, row.Backend))],
            [.. pools.Where(row => row.Revision <= last).Select(row => new PoolEntry(row.PoolId, row.CellId, PoolKeyStore.Read(row), row.Issuer))],
            [.. told.Select(row => Entry(row, clients[row.TenantId], [.. alsoPools[row.TenantId]]))],
            [.. toldShared.Select(row => Entry(row, sharedClients[row.RealmId]))],
            [.. revocations.Where(row => row.Revision <= last).Select(Entry)],
            issuedAt);
    }

    private static async Task<ILookup<TenantId, ClientId>> ClientsAsync(DirectoryDb db, List<TenantRow> tenants, CancellationToken cancellation)
    {
        var ids = tenants.ConvertAll(row => (TenantId?)row.TenantId);
        var clients = await db.Clients.Where(row => ids.Contains(row.TenantId) && row.Active).OrderBy(row => row.Born).ToListAsync(cancellation);
        return clients.ToLookup(row => row.TenantId!.Value, row => row.ClientId);
    }

    private static async Task<ILookup<RealmId, ClientId>> ClientsAsync(DirectoryDb db, List<SharedRealmRow> realms, CancellationToken cancellation)
    {
        var ids = realms.ConvertAll(row => row.RealmId);
        var clients = await db.Clients.Where(row => row.TenantId == null && ids.Contains(row.RealmId) && row.Active)
            .OrderBy(row => row.Born).ToListAsync(cancellation);
        return clients.ToLookup(row => row.RealmId, row => row.ClientId);
    }

    private static RevocationEntry Entry(RevocationRow row) => new(
        row.TenantId, row.Subject, row.IssuedUpTo, row.ForgetAfter, row.Session.Length > 0 ? row.Session : null, row.Grant.Length > 0 ? row.Grant : null);

    private SharedRealmEntry Entry(SharedRealmRow row, IEnumerable<ClientId> clients) => new(
        row.RealmId, row.PoolId, row.CellId, issuers.Of(row), row.SignInHost, [.. clients], BackendOf(row.Issuer));

    private TenantEntry Entry(TenantRow row, IEnumerable<ClientId> clients, IReadOnlyList<AlsoPool> alsoPools) => new(
        row.TenantId, row.Slug, row.State, row.Pattern, row.CellId, row.PoolId, row.RealmId, row.Epoch,
        issuers.Of(row), row.SignInHost, row.EmailDomains, [.. clients], row.SharedRealmId, BackendOf(row.Issuer),
        alsoPools.Count > 0 ? alsoPools : null);

    private static Backend BackendOf(string? issuer) => issuer is null ? Backend.Native : Backend.Cognito;
}
