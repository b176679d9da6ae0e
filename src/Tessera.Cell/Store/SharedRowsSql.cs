using Tessera.Postgres.Schema;

namespace Tessera.Cell.Store;

/// <summary>What keeps the tenants of one shared realm apart in the database itself.</summary>
internal static class SharedRowsSql
{
    private static readonly string OfRealm = $"realm_id = {RowSecuritySql.Current(RowsOf.RealmSetting)}";
    private static readonly string OfAccount = $"sub = {RowSecuritySql.Current(RowsOf.AccountSetting, "uuid")}";

    /// <summary>Beside its tenant's, an account sees its own memberships and the tenants they are in; and a slug shows the tenant that has it.</summary>
    public static readonly string OfAccountAndSlug = $"""
        CREATE POLICY membership_of_account ON memberships FOR SELECT USING ({OfRealm} AND {OfAccount});
        CREATE POLICY tenant_of_account ON shared_tenants FOR SELECT USING ({OfRealm} AND EXISTS (
            SELECT FROM memberships WHERE memberships.realm_id = shared_tenants.realm_id AND memberships.tenant_id = shared_tenants.tenant_id AND memberships.{OfAccount}));
        CREATE POLICY tenant_of_slug ON shared_tenants FOR SELECT USING ({OfRealm} AND slug = {RowSecuritySql.Current(RowsOf.NameSetting)});
        """;

    /// <summary>The write fence of the realm, with tenant and account said first.</summary>
    public static readonly string EnterTenantWrite = $"""
        CREATE OR REPLACE PROCEDURE {RowsOf.EnterTenantWrite}(p_realm text, p_epoch bigint, p_tenant text, p_account text) LANGUAGE plpgsql AS $tessera$
        BEGIN
            PERFORM set_config('{RowsOf.TenantSetting}', p_tenant, true), set_config('{RowsOf.AccountSetting}', p_account, true);
            CALL {RowsOf.EnterWrite}(p_realm, p_epoch);
        END
        $tessera$;
        """;

    /// <summary>Reads and writes of <paramref name="table"/> are those of one tenant in one realm.</summary>
    public static string Protect(string table)
    {
        var condition = $"{OfRealm} AND tenant_id = {RowSecuritySql.Current(RowsOf.TenantSetting, "uuid")}";
        return $"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
            CREATE POLICY {RowSecuritySql.Policy} ON {table} USING ({condition}) WITH CHECK ({condition});
            """;
    }
}
