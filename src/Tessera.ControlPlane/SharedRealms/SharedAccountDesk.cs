using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Revocations;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Users;

namespace Tessera.ControlPlane.SharedRealms;

/// <summary>The accounts of a shared realm, which the platform's operators alone may touch: each may be a member of many tenants.</summary>
internal sealed class SharedAccountDesk(DirectoryStore store, SharedRealmFinder realms, CellClient cells)
{
    public async Task<Outcome<AccountPage>> ListAsync(string realm, string? after, string? limit, CancellationToken cancellation)
    {
        var check = new Check();
        var (last, size) = UserQuery.Page(check, after, limit);
        return check.Failed(out var fault) ? fault : await AtAsync(realm, placed =>
            cells.SendAsync(placed.Door, AccountCalls.List(People.Of(placed.Realm), last, size), WireJson.Default.AccountPage, cancellation), cancellation);
    }

    public async Task<Outcome<AccountRecord>> FindAsync(string realm, string sub, CancellationToken cancellation) =>
        Guid.TryParseExact(sub, "D", out var id)
            ? await AtAsync(realm, placed =>
                cells.SendAsync(placed.Door, AccountCalls.Get(People.Of(placed.Realm), id), WireJson.Default.AccountRecord, cancellation), cancellation)
            : UserErrors.UserNotFound();

    public async Task<Outcome<AccountRecord>> ChangeAsync(
        string realm, string sub, AccountChangeRequest request, Caller caller, CancellationToken cancellation)
    {
        var check = new Check();
        var change = request.Read(check);
        return check.Failed(out var fault) ? fault
            : !Guid.TryParseExact(sub, "D", out var id) ? UserErrors.UserNotFound()
            : await AtAsync(realm, async placed =>
            {
                // The answer says what to revoke, so nobody who hangs up may keep it from being read.
                var changed = await cells.SendAsync(
                    placed.Door, AccountCalls.Change(People.Of(placed.Realm), id, change), WireJson.Default.AccountRecord, CancellationToken.None);
                if (changed is Outcome<AccountRecord>.Done(var account))
                {
                    await RecordAsync(placed.Realm, "shared_account.change", id, account.RevokedAt, account.Tenants, caller);
                }

                return changed;
            }, cancellation);
    }

    public async Task<Outcome<AccountGone>> RemoveAsync(string realm, string sub, Caller caller, CancellationToken cancellation) =>
        Guid.TryParseExact(sub, "D", out var id)
            ? await AtAsync(realm, async placed =>
            {
                var removed = await cells.SendAsync(
                    placed.Door, AccountCalls.Remove(People.Of(placed.Realm), id), WireJson.Default.AccountGone, CancellationToken.None);
                if (removed is Outcome<AccountGone>.Done(var gone))
                {
                    await RecordAsync(placed.Realm, "shared_account.delete", id, gone.RevokedAt, gone.Tenants, caller);
                }

                return removed;
            }, cancellation)
            : UserErrors.UserNotFound();

    private async Task<Outcome<T>> AtAsync<T>(string realm, Func<PlacedSharedRealm, Task<Outcome<T>>> ask, CancellationToken cancellation) =>
        await realms.FindAtCellAsync(realm, cancellation) switch
        {
            Outcome<PlacedSharedRealm>.Done(var placed) => await ask(placed),
            Outcome<PlacedSharedRealm>.Refused(var error) => error,
            _ => SharedRealmErrors.SharedRealmNotFound(),
        };

    private async Task RecordAsync(
        SharedRealmRow realm, string action, Guid sub, DateTimeOffset? revokedAt, IReadOnlyList<TenantId>? told, Caller caller)
    {
        var tenants = revokedAt is null ? [] : await TenantsAsync(realm.RealmId, told);
        var entry = new AuditEntry(caller.KeyId, action, sub.ToString()) { Details = new Dictionary<string, string> { ["realm"] = realm.RealmId.Value } };

        // One change unless the person is a member of more tenants than a page of the feed could tell of at once.
        var parts = tenants.Chunk(Revoking.Most).DefaultIfEmpty([]);
        foreach (var part in parts)
        {
            await store.ChangeAsync<Guid>(DirectoryScope.All, entry, async change =>
            {
                if (revokedAt is { } at)
                {
                    await change.RevokeAsync(part, sub.ToString(), at, CancellationToken.None);
                }

                return sub;
            }, CancellationToken.None);
        }
    }

    // A cell is believed about the tenants of this realm alone; one that does not say is taken to mean them all.
    private async Task<List<TenantId>> TenantsAsync(RealmId realm, IReadOnlyList<TenantId>? told)
    {
        var all = await store.ReadAsync(
            DirectoryScope.All,
            db => db.Tenants.Where(row => row.SharedRealmId == realm && row.State != TenantState.Deleted).Select(row => row.TenantId).ToListAsync(CancellationToken.None),
            CancellationToken.None);
        return told is null ? all : [.. all.Intersect(told)];
    }
}
