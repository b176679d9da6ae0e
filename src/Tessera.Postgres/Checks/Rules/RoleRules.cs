using static Tessera.Postgres.Checks.CatalogSql;

namespace Tessera.Postgres.Checks.Rules;

/// <summary>Who must not be able to do what: policies bind neither superusers nor whoever has BYPASSRLS.</summary>
internal static class RoleRules
{
    public static readonly IReadOnlyList<RowSecurityRule> AtStart =
    [
        new("superuser",
            $"SELECT r.rolname::text FROM pg_roles r WHERE r.rolsuper AND (r.rolname = ANY ($2) OR ({NotSuperuser} AND {Reachable}))",
            "The connection is, or can become, the superuser {0}, whom no policy binds.",
            "Connect as a role with NOSUPERUSER that is a member of no superuser."),
        new("bypass_rls",
            $"SELECT r.rolname::text FROM pg_roles r WHERE r.rolbypassrls AND NOT r.rolsuper AND {NotSuperuser} AND {Reachable}",
            "The connection is, or can become, {0}, which has BYPASSRLS.",
            "ALTER ROLE {0} NOBYPASSRLS, or REVOKE {0} from the connecting role."),
        new("owner",
            $"SELECT DISTINCT t.name FROM ({Tables}) t JOIN pg_roles r ON r.oid = t.relowner WHERE {NotSuperuser} AND {Reachable}",
            "The connection's role owns table {0}, or is a member of its owner, and could switch its policies off.",
            "Run migrations as an owner role, the application as another one that is no member of it."),
        new("row_security_off",
            """
            SELECT 'row_security' WHERE current_setting('row_security') <> 'on' OR EXISTS (
                SELECT FROM pg_db_role_setting d, unnest(d.setconfig) AS s (entry)
                WHERE s.entry ~ '^row_security=(off|false|no|0)' AND d.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
                  AND d.setrole IN (SELECT 0::oid UNION ALL SELECT oid FROM pg_roles WHERE rolname = ANY ($2)))
            """,
            "The connection runs with {0} = off.",
            "Remove the setting from the role, the database and the connection string."),
        new("preset",
            """
            SELECT DISTINCT split_part(s.entry, '=', 1) FROM pg_db_role_setting d, unnest(d.setconfig) AS s (entry)
            WHERE s.entry LIKE 'app.%' AND d.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
              AND d.setrole IN (SELECT 0::oid UNION ALL SELECT oid FROM pg_roles WHERE rolname = ANY ($2))
            UNION
            SELECT name FROM unnest(ARRAY['app.current_tenant_id', 'app.current_realm_id']) AS p (name)
            WHERE coalesce(current_setting(name, true), '') <> ''
            """,
            "{0} has a value before anybody has set it, which works as a default tenant.",
            "ALTER ROLE … RESET {0}, ALTER DATABASE … RESET {0}, and look in the connection string's Options."),
        new("truncate",
            $"SELECT DISTINCT name FROM ({Tables}) t WHERE {MayOnTable("TRUNCATE")}",
            "The connection may TRUNCATE table {0}, which empties it for all tenants: policies do not apply.",
            "REVOKE TRUNCATE ON {0} from the connecting role."),
    ];

    public static readonly IReadOnlyList<RowSecurityRule> Audit =
    [
        new("superuser_login",
            "SELECT r.rolname::text FROM pg_roles r WHERE r.rolsuper AND r.rolcanlogin AND r.oid <> 10",
            "{0} is a superuser that can log in, beside the one the cluster was made with: no policy binds it.",
            "ALTER ROLE {0} NOSUPERUSER; or ALTER ROLE {0} NOLOGIN;", RowSecuritySeverity.Warning),
        new("owner_login",
            $"SELECT r.rolname::text, string_agg(DISTINCT t.name, ', ') FROM ({Tables}) t JOIN pg_roles r ON r.oid = t.relowner WHERE r.rolcanlogin AND NOT r.rolsuper AND r.rolname <> ALL ($2) GROUP BY 1",
            "{0} owns tenants' tables and can log in: whoever has its password can drop the policies of {1}.",
            "Use {0} for migrations alone and keep its password from the application; or ALTER ROLE {0} NOLOGIN and let the migrating role SET ROLE.", RowSecuritySeverity.Warning),
        new("public_grant",
            $"SELECT t.name, string_agg(DISTINCT g.privilege_type, ', ') FROM ({DistinctTables}) t, aclexplode(t.relacl) g WHERE g.grantee = 0 GROUP BY 1",
            "Every role of the cluster may {1} on table {0}.",
            "REVOKE ALL ON {0} FROM PUBLIC;"),
        new("trigger_privilege",
            $"SELECT DISTINCT name FROM ({Tables}) t WHERE {MayOnTable("TRIGGER")}",
            "The application may attach a trigger to table {0}, which then runs as whoever writes there next.",
            "REVOKE TRIGGER ON {0} from the application's role."),
        new("schema_create",
            $"""
            SELECT DISTINCT format('%I', t.nspname) FROM ({DistinctTables}) t
            WHERE {NotSuperuser} AND EXISTS (SELECT FROM pg_roles m WHERE m.rolname = ANY ($2) AND has_schema_privilege(m.oid, t.schema, 'CREATE'))
            """,
            "The application may make tables and functions in schema {0}, where they can stand in for others.",
            "REVOKE CREATE ON SCHEMA {0} FROM PUBLIC; and from the application's role.", RowSecuritySeverity.Warning),
    ];
}
