using static Tessera.Postgres.Checks.CatalogSql;

namespace Tessera.Postgres.Checks.Rules;

/// <summary>Views and functions: what runs with somebody else's rights, and so past the policies of whoever asked.</summary>
internal static class CodeRules
{
    public static readonly IReadOnlyList<RowSecurityRule> Audit =
    [
        new("view_invoker",
            $"SELECT name FROM ({Views}) v WHERE relkind = 'v' AND NOT coalesce(reloptions && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1', 'security_invoker=yes'], false)",
            "View {0} reads tenants' tables with its owner's rights, not with those of whoever asks.",
            "ALTER VIEW {0} SET (security_invoker = true);"),
        new("materialized_view",
            $"SELECT name FROM ({Views}) v WHERE relkind = 'm'",
            "Materialised view {0} holds copies of tenants' rows, and no policy can be put on it.",
            "DROP MATERIALIZED VIEW {0}; keep a table with a tenant column and a policy instead, or REVOKE ALL ON {0} from the application's role."),
        new("rewrite_rule",
            $"SELECT format('%I on %s', w.rulename, t.name) FROM ({DistinctTables}) t JOIN pg_rewrite w ON w.ev_class = t.oid AND w.rulename <> '_RETURN'",
            "Rule {0} rewrites statements, and what it adds runs with the rights of the table's owner.",
            "DROP RULE {0}; a trigger that is no SECURITY DEFINER does the same within the policies."),
        new("definer_path",
            $"SELECT name FROM ({Functions}) f WHERE prosecdef AND NOT EXISTS (SELECT FROM unnest(proconfig) AS c (entry) WHERE c.entry LIKE 'search_path=%')",
            "{0} is SECURITY DEFINER and takes the caller's search_path: names in it can be made to mean other tables and functions.",
            "ALTER ROUTINE {0} SET search_path = pg_catalog, pg_temp; and write its names with their schemas."),
        new("definer_bypass",
            $"""
            SELECT f.name, r.rolname::text FROM ({Functions}) f JOIN pg_roles r ON r.oid = f.proowner
            WHERE f.prosecdef AND (r.rolsuper OR r.rolbypassrls)
              AND EXISTS (SELECT FROM pg_roles m WHERE m.rolname = ANY ($2) AND NOT m.rolsuper AND has_function_privilege(m.oid, f.oid, 'EXECUTE'))
            """,
            "{0} runs as {1}, whom no policy binds, and the application may call it.",
            "ALTER ROUTINE {0} OWNER TO the tables' owner, which FORCE ROW LEVEL SECURITY binds; or SECURITY INVOKER; or REVOKE EXECUTE ON ROUTINE {0} FROM PUBLIC;"),
        new("leakproof",
            $"SELECT name FROM ({Functions}) f WHERE proleakproof",
            "{0} is marked LEAKPROOF: PostgreSQL may call it with rows the policy has not let through yet.",
            "ALTER ROUTINE {0} NOT LEAKPROOF;"),
        new("definer_trigger",
            $"""
            SELECT DISTINCT format('%I on %s', g.tgname, t.name), f.name FROM ({DistinctTables}) t
            JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal JOIN ({Functions}) f ON f.oid = g.tgfoid AND f.prosecdef
            """,
            "Trigger {0} runs {1} with its owner's rights at every tenant's write.",
            "ALTER ROUTINE {1} SECURITY INVOKER; or see that it touches rows of NEW's and OLD's tenant alone.", RowSecuritySeverity.Warning),
    ];
}
