using Tessera.Contracts.Ids;
using Tessera.Postgres.Rows;

namespace Tessera.Cell.Store;

/// <summary>Whose rows a context reaches: one realm's, or just the realm that owns a sign-in host, or no realm's.</summary>
/// <param name="Epoch">At which writes are let through; absent where the control plane acts on the realm itself.</param>
internal sealed record RowsOf(RealmId? Realm, string? SignInHost, long? Epoch)
{
    public const string RealmSetting = "app.current_realm_id";
    public const string HostSetting = "app.sign_in_host";

    /// <summary>The procedure through which a realm's writes enter the store.</summary>
    public const string EnterWrite = "tessera_enter_write";

    /// <summary>Pools alone.</summary>
    public static RowsOf Cell { get; } = new(null, null, null);

    /// <summary>The one realm with this sign-in host, for reading.</summary>
    public static RowsOf Host(string host) => new(null, host, null);

    /// <summary>One realm that is being made, changed or taken away by the control plane: written at any epoch and state.</summary>
    public static RowsOf Founding(RealmId realm) => new(realm, null, null);

    /// <summary>One realm, for reading; and for writing as long as it is active at <paramref name="epoch"/>.</summary>
    public static RowsOf InRealm(RealmId realm, long epoch) => new(realm, null, epoch);

    /// <summary>The same, as PostgreSQL's row-level security is told.</summary>
    public RowScope ToRowScope() => new(
        [new RowSetting(RealmSetting, Realm?.Value ?? ""), new RowSetting(HostSetting, SignInHost ?? "")],
        Realm is { } realm && Epoch is { } epoch ? new WriteEntry(EnterWrite, realm.Value, epoch) : null);
}
