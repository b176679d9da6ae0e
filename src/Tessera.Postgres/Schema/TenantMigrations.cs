using Microsoft.EntityFrameworkCore.Migrations;

namespace Tessera.Postgres.Schema;

/// <summary>Row security in EF Core's migrations. Both may be run again, and stand in an idempotent script as they are.</summary>
public static class TenantMigrations
{
    /// <summary>
    /// Protects a table by <c>tenant_id</c>. Policies bind its owner too: a migration that changes rows afterwards sets
    /// <c>app.current_tenant_id</c> for each tenant, or finds none.
    /// </summary>
    /// <param name="table">As EF Core names it, with or without its schema: <c>orders</c>, <c>shop.orders</c>.</param>
    public static void ProtectTenant(this MigrationBuilder migration, string table) => migration.Sql(RowSecuritySql.ProtectTenant(table));

    /// <summary>Takes the protection away again, for <c>Down</c>: afterwards every tenant sees every row.</summary>
    /// <param name="table">As EF Core names it, with or without its schema.</param>
    public static void UnprotectTenant(this MigrationBuilder migration, string table) => migration.Sql(RowSecuritySql.Unprotect(table));
}
