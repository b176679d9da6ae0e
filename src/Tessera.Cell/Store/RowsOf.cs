using Tessera.Contracts.Ids;
using Tessera.Postgres.Rows;

namespace Tessera.Cell.Store;

/// <summary>
/// Whose rows a context reaches: one realm's, or just what has a public name, or no realm's. Rows of a shared realm's
/// tenants are out of reach until the tenant, or the account whose places they are, has been said.
/// </summary>
/// <param name="Name">A sign-in host; within a realm a tenant's slug. For reading.</param>
/// <param name="Epoch">At which writes are let through; absent where the control plane acts on the realm itself.</param>
/// <param name="Tenant">Of a shared realm: the one tenant whose rows are read and written.</param>
/// <param name="Account">Of a shared realm: the account whose memberships are read.</param>
internal sealed record RowsOf(RealmId? Realm, string? Name, long? Epoch, TenantId? Tenant = null, Guid? Account = null)
{
    public const string RealmSetting = "app.current_realm_id";
    public const string TenantSetting = "app.current_tenant_id";
    public const string AccountSetting = "app.current_account_id";
    public const string NameSetting = "app.look_up_name";

    /// <summary>The procedure through which a realm's writes enter the store.</summary>
    public const string EnterWrite = "tessera_enter_write";

    /// <summary>The same for what concerns one tenant of a shared realm.</summary>
    public const string EnterTenantWrite = "tessera_enter_tenant_write";

    /// <summary>Pools alone.</summary>
    public static RowsOf Cell { get; } = new(null, null, null);

    /// <summary>The one realm with this sign-in host, for reading.</summary>
    public static RowsOf Host(string host) => new(null, host, null);

    /// <summary>The one tenant of a shared realm with this slug, for reading.</summary>
    public static RowsOf Slug(RealmId realm, string slug) => new(realm, slug, null);

    /// <summary>One realm that is being made, changed or taken away by the control plane: written at any epoch and state.</summary>
    public static RowsOf Founding(RealmId realm) => new(realm, null, null);

    /// <summary>One realm, for reading; and for writing as long as it is active at <paramref name="epoch"/>.</summary>
    public static RowsOf InRealm(RealmId realm, long epoch) => new(realm, null, epoch);

    /// <summary>The same, as PostgreSQL's row-level security is told. Always all settings, so that none outlives its scope.</summary>
    public RowScope ToRowScope() => new(
        [
            new RowSetting(RealmSetting, Realm?.Value ?? ""),
            new RowSetting(NameSetting, Name ?? ""),
            new RowSetting(TenantSetting, Tenant?.ToString() ?? ""),
            new RowSetting(AccountSetting, Account?.ToString() ?? ""),
        ],
        Realm is { } realm && Epoch is { } epoch ? Entry(realm, epoch) : null);

    private WriteEntry Entry(RealmId realm, long epoch) => Tenant is null && Account is null
        ? new WriteEntry(EnterWrite, realm.Value, epoch)
        : new WriteEntry(EnterTenantWrite, realm.Value, epoch, Tenant?.ToString() ?? "", Account?.ToString() ?? "");
}
