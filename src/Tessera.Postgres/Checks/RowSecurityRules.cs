namespace Tessera.Postgres.Checks;

/// <summary>What the start-up check asks, about the role first and the tables second.</summary>
internal static class RowSecurityRules
{
    // Tables that have one of the columns. Partitions are tables too: they can be named without their parent.
    private const string Tables = """
        SELECT c.oid, c.oid::regclass::text AS name, c.relowner, c.relrowsecurity, c.relforcerowsecurity, a.attname
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\_t%'
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = ANY ($1)
        WHERE c.relkind IN ('r', 'p')
        """;

    // A superuser is a member of everything and may do anything: one fault says so, the others would only repeat it.
    private const string NotSuperuser = "NOT EXISTS (SELECT FROM pg_roles WHERE rolname = current_user AND rolsuper)";

    // Roles this connection is, or could become with SET ROLE or RESET ROLE.
    private const string Reachable = "(r.rolname = current_user OR pg_has_role(session_user, r.oid, 'MEMBER'))";

    public static readonly IReadOnlyList<RowSecurityRule> All =
    [
        new("superuser",
            $"SELECT r.rolname FROM pg_roles r WHERE r.rolsuper AND (r.rolname IN (current_user, session_user) OR ({NotSuperuser} AND {Reachable}))",
            "The connection is, or can become, the superuser {0}, whom no policy binds.",
            "Connect as a role with NOSUPERUSER that is a member of no superuser."),
        new("bypass_rls",
            $"SELECT r.rolname FROM pg_roles r WHERE r.rolbypassrls AND NOT r.rolsuper AND {NotSuperuser} AND {Reachable}",
            "The connection is, or can become, {0}, which has BYPASSRLS.",
            "ALTER ROLE {0} NOBYPASSRLS, or REVOKE {0} from the connecting role."),
        new("owner",
            $"SELECT DISTINCT t.name FROM ({Tables}) t JOIN pg_roles r ON r.oid = t.relowner WHERE {NotSuperuser} AND {Reachable}",
            "The connection's role owns table {0}, or is a member of its owner, and could switch its policies off.",
            "Run migrations as an owner role, the application as another one that is no member of it."),
        new("row_security_off",
            "SELECT 'row_security' WHERE current_setting('row_security') <> 'on'",
            "The connection runs with {0} = off.",
            "Remove the setting from the role, the database and the connection string."),
        new("preset",
            """
            SELECT DISTINCT split_part(s.entry, '=', 1) FROM pg_db_role_setting d, unnest(d.setconfig) AS s (entry)
            WHERE s.entry LIKE 'app.%' AND d.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
              AND d.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = session_user))
            UNION
            SELECT name FROM unnest(ARRAY['app.current_tenant_id', 'app.current_realm_id']) AS p (name)
            WHERE coalesce(current_setting(name, true), '') <> ''
            """,
            "{0} has a value before anybody has set it, which works as a default tenant.",
            "ALTER ROLE … RESET {0}, ALTER DATABASE … RESET {0}, and look in the connection string's Options."),
        new("no_tables",
            $"SELECT array_to_string($1::text[], ' or ') WHERE NOT EXISTS ({Tables})",
            "No table has a column {0}, so there is nothing to check.",
            "Make the schema first, and check the database's name."),
        new("not_enabled",
            $"SELECT DISTINCT name FROM ({Tables}) t WHERE NOT relrowsecurity",
            "Row security is not enabled on table {0}.",
            "ALTER TABLE {0} ENABLE ROW LEVEL SECURITY."),
        new("not_forced",
            $"SELECT DISTINCT name FROM ({Tables}) t WHERE NOT relforcerowsecurity",
            "Row security is not forced on table {0}, so its owner sees every row.",
            "ALTER TABLE {0} FORCE ROW LEVEL SECURITY."),
        new("no_policy",
            $"""
            SELECT DISTINCT name FROM ({Tables}) t WHERE NOT EXISTS (
                SELECT FROM pg_policy p
                CROSS JOIN pg_get_expr(p.polqual, p.polrelid) AS q (text) CROSS JOIN pg_get_expr(p.polwithcheck, p.polrelid) AS w (text)
                WHERE p.polrelid = t.oid AND p.polpermissive AND p.polcmd = '*'
                  AND (0 = ANY (p.polroles) OR EXISTS (SELECT FROM unnest(p.polroles) AS r (oid) WHERE pg_has_role(current_user, r.oid, 'USAGE')))
                  AND strpos(q.text, t.attname) > 0 AND strpos(q.text, 'current_setting(') > 0
                  AND strpos(w.text, t.attname) > 0 AND strpos(w.text, 'current_setting(') > 0)
            """,
            "No policy FOR ALL on table {0} compares the column with a setting in both USING and WITH CHECK.",
            "Create it with RowSecuritySql.Protect."),
        new("open_policy",
            $"""
            SELECT DISTINCT format('%I on %s', p.polname, t.name) FROM ({Tables}) t JOIN pg_policy p ON p.polrelid = t.oid AND p.polpermissive
            WHERE strpos(coalesce(pg_get_expr(p.polqual, p.polrelid), 'current_setting('), 'current_setting(') = 0
               OR strpos(coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'current_setting('), 'current_setting(') = 0
            """,
            "Policy {0} is permissive and asks for no setting: permissive policies are joined with OR, so it opens the table.",
            "DROP POLICY {0}, or make it AS RESTRICTIVE."),
        new("truncate",
            $"SELECT DISTINCT name FROM ({Tables}) t WHERE {NotSuperuser} AND has_table_privilege(current_user, t.oid, 'TRUNCATE')",
            "The connection may TRUNCATE table {0}, which empties it for all tenants: policies do not apply.",
            "REVOKE TRUNCATE ON {0} from the connecting role."),
    ];
}
