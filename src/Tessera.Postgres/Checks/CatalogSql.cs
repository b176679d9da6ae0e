namespace Tessera.Postgres.Checks;

/// <summary>What several rules ask of the catalog.</summary>
internal static class CatalogSql
{
    private const string Ours = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_t%'";

    /// <summary>Everything that has one of the columns. Partitions are tables too: they can be named without their parent.</summary>
    private const string Relations = $"""
        SELECT c.oid, c.oid::regclass::text AS name, c.relname, c.relkind, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.relacl, n.oid AS schema, n.nspname, a.attname, a.attnum, a.attnotnull
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace AND {Ours}
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = ANY ($1)
        """;

    /// <summary>Tables that have one of the columns.</summary>
    public const string Tables = $"{Relations} WHERE c.relkind IN ('r', 'p')";

    public const string ForeignTables = $"{Relations} WHERE c.relkind = 'f'";

    /// <summary>The same, told in one row each, however many of the columns they have.</summary>
    public const string DistinctTables = $"SELECT DISTINCT oid, name, relowner, relacl, schema, nspname FROM ({Tables}) t";

    /// <summary>The names table <c>t</c> may be listed by: as SQL prints it or as it is, with its schema or without.</summary>
    public const string NamesOfTable = "t.name, t.relname, format('%s.%s', t.nspname, t.name), format('%s.%s', t.nspname, t.relname)";

    /// <summary>Tables of users that have none of the columns.</summary>
    public const string OtherTables = $"""
        SELECT c.oid, c.oid::regclass::text AS name FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace AND {Ours}
        WHERE c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT FROM ({Tables}) t WHERE t.oid = c.oid)
        """;

    /// <summary>Views that read such a table, themselves or by way of other views.</summary>
    public const string Views = $"""
        WITH RECURSIVE reads (view, relation) AS (
            SELECT w.ev_class, d.refobjid FROM pg_rewrite w
            JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> w.ev_class
        ), found (oid) AS (
            SELECT r.view FROM reads r JOIN ({Tables}) t ON t.oid = r.relation
            UNION SELECT r.view FROM reads r JOIN found f ON f.oid = r.relation
        )
        SELECT c.oid, c.oid::regclass::text AS name, c.relkind, c.reloptions FROM found f JOIN pg_class c ON c.oid = f.oid
        """;

    /// <summary>Policies on such tables, with their conditions as PostgreSQL prints them.</summary>
    public const string Policies = $"""
        SELECT p.oid, format('%I on %s', p.polname, t.name) AS name, p.polname, t.name AS relation, t.attname, p.polpermissive, p.polcmd, p.polroles,
               pg_get_expr(p.polqual, p.polrelid) AS using_text, pg_get_expr(p.polwithcheck, p.polrelid) AS check_text
        FROM ({Tables}) t JOIN pg_policy p ON p.polrelid = t.oid
        """;

    /// <summary>Functions and procedures that are nobody's extension and not PostgreSQL's own.</summary>
    public const string Functions = $"""
        SELECT f.oid, f.oid::regprocedure::text AS name, f.prosecdef, f.proleakproof, f.proconfig, f.proowner, f.prokind FROM pg_proc f
        JOIN pg_namespace n ON n.oid = f.pronamespace AND {Ours}
        WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e')
        """;

    /// <summary>A superuser is a member of everything and may do anything: one fault says so, the others would only repeat it.</summary>
    public const string NotSuperuser = "NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ANY ($2) AND rolsuper)";

    /// <summary>Whether a role <c>r</c> is looked at, or could be become with SET ROLE or RESET ROLE.</summary>
    public const string Reachable = "EXISTS (SELECT FROM pg_roles m WHERE m.rolname = ANY ($2) AND pg_has_role(m.oid, r.oid, 'MEMBER'))";

    /// <summary>Whether one of the roles has the privilege on table <c>t</c>.</summary>
    public static string MayOnTable(string privilege) =>
        $"{NotSuperuser} AND EXISTS (SELECT FROM pg_roles m WHERE m.rolname = ANY ($2) AND has_table_privilege(m.oid, t.oid, '{privilege}'))";
}
