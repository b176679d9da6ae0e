using Microsoft.EntityFrameworkCore;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Http;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Keys;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.ControlPlane.AdminKeys;

/// <summary>Makes, lists and revokes admin keys.</summary>
internal sealed class KeyRing(DirectoryStore store, TimeProvider time)
{
    private const int MostScopes = 16;

    public async Task<Outcome<KeyMade>> MakeAsync(KeyRequest request, Caller caller, CancellationToken cancellation)
    {
        var check = new Check();
        var name = check.Text(request.Name, "name", 100);
        var scopes = check.List(request.Scopes, "scopes", MostScopes, (text, field) => ReadScope(check, text, field, caller));
        if (scopes.Length == 0)
        {
            check.Fail(HttpErrors.Required("scopes"));
        }

        if (request.ExpiresAt <= time.GetUtcNow())
        {
            check.Fail(HttpErrors.Invalid("expires_at", "Give a time to come."));
        }

        // A key made by one that ends may not outlive it: ending it would end nothing.
        if (caller.ExpiresAt is { } end && !(request.ExpiresAt <= end))
        {
            check.Fail(KeyErrors.ScopeExceedsKey("expires_at"));
        }

        if (check.Failed(out var fault))
        {
            return fault;
        }

        var key = AdminKey.New();
        var entry = new AuditEntry(caller.KeyId, "key.make", key.KeyId, request.TenantId)
        {
            Details = new Dictionary<string, string> { ["name"] = name, ["scopes"] = string.Join(' ', scopes) },
        };
        return await store.ChangeAsync<KeyMade>(DirectoryScope.All, entry, async change =>
        {
            if (request.TenantId is { } tenant && !await change.Db.Tenants.AnyAsync(
                row => row.TenantId == tenant && (row.State == TenantState.Active || row.State == TenantState.Suspended), cancellation))
            {
                return TenantErrors.TenantNotFound();
            }

            change.Db.AdminKeys.Add(RowOf(key, name, scopes, request.TenantId, request.ExpiresAt?.ToUniversalTime(), change));
            return new KeyMade(key.KeyId, key.Reveal());
        }, cancellation);
    }

    public Task<KeyList> ListAsync(CancellationToken cancellation) => store.ReadAsync(DirectoryScope.All, async db =>
        new KeyList([.. (await db.AdminKeys.OrderBy(row => row.Born).ToListAsync(cancellation)).Select(KeyView.Of)]), cancellation);

    public Task<Outcome<string>> RevokeAsync(string keyId, Caller caller, CancellationToken cancellation) =>
        store.ChangeAsync<string>(DirectoryScope.All, new AuditEntry(caller.KeyId, "key.revoke", keyId), async change =>
        {
            var row = await change.Db.AdminKeys.SingleOrDefaultAsync(known => known.KeyId == keyId && known.RevokedAt == null, cancellation);
            if (row is null)
            {
                return KeyErrors.KeyNotFound();
            }

            var others = await change.Db.AdminKeys
                .Where(other => other.KeyId != keyId && other.RevokedAt == null && other.ExpiresAt == null && other.TenantId == null)
                .ToListAsync(cancellation);
            if (IsFull(row) && !others.Exists(IsFull))
            {
                return KeyErrors.LastFullKey();
            }

            row.RevokedAt = change.Now;
            return keyId;
        }, cancellation);

    internal static AdminKeyRow RowOf(AdminKey key, string name, string[] scopes, TenantId? tenant, DateTimeOffset? expiresAt, Change change) => new()
    {
        KeyId = key.KeyId,
        Name = name,
        SecretHash = GeneratedSecret.HashOf(key.Secret),
        Scopes = scopes,
        TenantId = tenant,
        CreatedAt = change.Now,
        ExpiresAt = expiresAt,
        Born = change.Revision,
    };

    private static bool IsFull(AdminKeyRow row) =>
        row.Scopes.Contains(Scope.Everything.Name) && row.ExpiresAt is null && row.TenantId is null;

    private static string ReadScope(Check check, string text, string field, Caller caller)
    {
        if (!Scope.TryParse(text, out var scope))
        {
            check.Fail(HttpErrors.Invalid(field, $"Give one of: {string.Join(", ", Scope.All)}."));
        }
        else if (!caller.Has(scope))
        {
            check.Fail(KeyErrors.ScopeExceedsKey(field));
        }

        return text;
    }
}
