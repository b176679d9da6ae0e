namespace Tessera.SystemTests.Isolation.Argument;

/// <summary>The database below, and caches above it.</summary>
internal static class DataThreats
{
    public static readonly Threat[] All =
    [
        new("The application is the tables' owner or a superuser",
            "It does not start as one.",
            "RowSecurityCheckTests", "OrdersApiTests.It_does_not_start_as_a_role_that_no_policy_binds", "OrdersDatabaseTests.Even_with_the_rights_to_update_and_delete_another_tenants_rows_are_out_of_reach"),
        new("A pooled connection keeps the tenant of its last user",
            "The tenant is set for the transaction alone, and an empty setting is no tenant, whatever was cancelled.",
            "ManyReadsTests", "PooledConnectionTests", "BrokenConnectionTests", "OrdersDatabaseTests.Without_a_tenant_there_are_no_rows"),
        new("A view, materialised view or function looks past the policies",
            "The audit finds each of them.",
            "RowSecurityAuditTests"),
        new("A unique or foreign key tells of another tenant's row",
            "Keys start with the tenant, or the audit says which does not.",
            "RowSecurityAuditTests.A_hole_is_found_by_its_rule_and_gone_once_it_is_mended"),
        new("A cached plan or statistics leak rows",
            "One prepared statement serves all tenants and shows each its own.",
            "ManyReadsTests", "StressTests"),
        new("SQL is injected, and sets the tenant",
            "What callers type is a parameter everywhere; names that stand in SQL are checked; bodies are bounded.",
            "InjectionTests", "WriteFenceTests.Names_that_could_carry_SQL_are_refused", "BadInputTests.No_more_than_64_KiB_of_a_body_are_read"),
        new("A cache's key lacks the tenant, or cuts it short",
            "Keys carry the realm whole; a change is seen at once; twins never meet.",
            "TwinTenantTests", "ClientCacheTests", "PasswordHashTests.Bcrypt_does_not_identify_a_password_it_has_not_read_to_its_end"),
        new("A cache in front gives one person's answer to another",
            "Everything says no-store but what is published for everybody: a real cache in front has 0 hits.",
            "CachingProxyTests"),
        new("A cancelled call leaves its answer to the next",
            "A connection in an unknown state does not go back to the pool.",
            "ManyReadsTests", "PooledConnectionTests.After_a_cancellation", "StressTests"),
    ];
}
