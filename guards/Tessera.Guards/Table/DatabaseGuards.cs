using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>Tessera.Postgres: row-level security, the tenant of a statement, the fence around writes.</summary>
internal static class DatabaseGuards
{
    private const string Policy = "Tessera.Postgres.Schema.RowSecuritySql.";
    private const string Fence = "Tessera.Postgres.Schema.WriteFenceSql.Create";
    private const string Scope = "Tessera.Postgres.Tenants.TenantScope.";

    public static readonly Guard[] All =
    [
        new("A context that was given back to its pool reaches nobody's rows", "Tessera.Postgres.EntityFramework.TenantContext.Leave", DoesNothing, "ContextPoolTests"),
        new("A policy shows the tenant's rows alone", Policy + "Protect", Says("USING (", "USING (true OR "), "ReadTests", "OrdersApiTests"),
        new("A policy takes the tenant's rows alone", Policy + "Protect", Says("WITH CHECK (", "WITH CHECK (true OR "), "WriteTests"),
        new("A policy binds the table's owner too", Policy + "Protect", Says("FORCE ROW LEVEL", "NO FORCE ROW LEVEL"), "RowSecurityCheckTests", "RowSecurityAuditTests"),
        new("An empty setting is no tenant and no error", Policy + "Current", Says("', true), '')", "', true), '-')"), "TenantDatabaseTests"),
        new("A read's tenant ends with its transaction", "Tessera.Postgres.Rows.ScopeSql.Apply", Says("', $1, true)", "', $1, false)"), "PooledConnectionTests"),
        new("A write's tenant ends with its transaction", "Tessera.Postgres.Rows.ScopeSql.PrependSettings", Says(", true)", ", false)"), "PooledConnectionTests"),
        new("What an earlier scope has set is blanked", "Tessera.Postgres.EntityFramework.KnownSettings.Blanks", ReturnsNothing, "WriteFenceTests"),
        new("No write is sent without a tenant", "Tessera.Postgres.EntityFramework.RowSecurityInterceptor.Enter", DoesNothing, "WriteTests"),
        new("A row that is not the tenant's is a conflict", "Tessera.Postgres.EntityFramework.RowSecuredBatch.ReportConflictAsync", DoesNothing, "WriteTests"),
        new("A scope's tenant is set once", Scope + "RefuseSecond", DoesNothing, "PooledConnectionTests"),
        new("The empty id is no tenant", "Tessera.Postgres.Tenants.TenantRows.RefuseEmpty", DoesNothing, "PooledConnectionTests"),
        new("A tenant that was not set is not read", Scope + "get_Tenant", ReturnsNull, "PooledConnectionTests"),
        new("No write enters a realm that is not active", Fence, Says("IF v_state IS", "IF false AND v_state IS"), "WriteFenceTests"),
        new("No write enters at another epoch", Fence, Says(" OR v_epoch IS DISTINCT FROM p_epoch", ""), "WriteFenceTests"),
        new("A write waits for the fence and the fence for it", Fence, Says("pg_advisory_xact_lock_shared", "greatest"), "WriteFenceTests"),
        new("A write reads no snapshot from before the fence", Fence, Says("<> 'read committed'", "IS NULL"), "WriteFenceTests"),
        new("A setting's name carries no SQL", "Tessera.Postgres.Rows.RowSetting.Checked", Takes("IsMatch", true), "WriteFenceTests"),
        new("No statement ends the tenant's transaction before its own", "Tessera.Postgres.Tenants.TenantStatements.RefuseErrorBarrier", DoesNothing, "TenantDatabaseTests", "TenantTransactionTests"),
        new("No API starts over a database that does not part tenants", "Tessera.Postgres.Checks.RowSecurityCheck.Demand", DoesNothing, "RowSecurityCheckTests", "OrdersApiTests"),
    ];
}
