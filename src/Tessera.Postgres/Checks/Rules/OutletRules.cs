using static Tessera.Postgres.Checks.CatalogSql;

namespace Tessera.Postgres.Checks.Rules;

/// <summary>Where rows, or what can be told from them, leave the tables that are protected.</summary>
internal static class OutletRules
{
    public static readonly IReadOnlyList<RowSecurityRule> Audit =
    [
        new("publication",
            $"""
            SELECT DISTINCT format('%I', p.pubname), t.name FROM ({Tables}) t CROSS JOIN pg_publication p
            WHERE EXISTS (SELECT FROM pg_publication_tables l WHERE l.pubname = p.pubname AND format('%I.%I', l.schemaname, l.tablename)::regclass = t.oid AND l.rowfilter IS NULL)
            """,
            "Publication {0} sends all tenants' rows of {1} to whoever subscribes: policies do not apply to replication.",
            "See who may subscribe; or ALTER PUBLICATION {0} DROP TABLE {1};", RowSecuritySeverity.Warning),
        new("sequence",
            $"""
            SELECT DISTINCT c.oid::regclass::text, t.name FROM ({DistinctTables}) t
            JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid AND d.refobjsubid > 0 AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
            JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
            """,
            "Ids of {1} come from sequence {0}, which all tenants share: their gaps tell how busy the others are.",
            "Use random ids: ALTER TABLE {1} … DEFAULT gen_random_uuid();", RowSecuritySeverity.Warning),
        new("remote_access",
            "SELECT extname::text FROM pg_extension WHERE extname IN ('dblink', 'postgres_fdw', 'file_fdw', 'adminpack')",
            "Extension {0} reaches other databases or files from within this one, past its policies.",
            "DROP EXTENSION {0}; or REVOKE EXECUTE on its functions and USAGE on its servers from the application's role.", RowSecuritySeverity.Warning),
        new("wide_role",
            """
            SELECT r.rolname::text, g.rolname::text FROM pg_roles r JOIN pg_roles g ON g.rolname IN ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program', 'pg_read_all_stats', 'pg_monitor', 'pg_signal_backend')
            WHERE r.rolname = ANY ($2) AND NOT r.rolsuper AND pg_has_role(r.oid, g.oid, 'MEMBER')
            """,
            "{0} is a member of {1}: it sees other sessions' statements with their values, or files, or tables it was never granted.",
            "REVOKE {1} FROM {0};", RowSecuritySeverity.Warning),
    ];
}
