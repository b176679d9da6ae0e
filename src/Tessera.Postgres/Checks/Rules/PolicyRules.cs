using static Tessera.Postgres.Checks.CatalogSql;

namespace Tessera.Postgres.Checks.Rules;

/// <summary>What policies say. Permissive ones are joined with OR: the widest decides.</summary>
internal static class PolicyRules
{
    private const string Setting = "current_setting(";

    public static readonly IReadOnlyList<RowSecurityRule> AtStart =
    [
        new("no_policy",
            $"""
            SELECT DISTINCT name FROM ({Tables}) t WHERE NOT EXISTS (
                SELECT FROM pg_policy p
                CROSS JOIN pg_get_expr(p.polqual, p.polrelid) AS q (text) CROSS JOIN pg_get_expr(p.polwithcheck, p.polrelid) AS w (text)
                WHERE p.polrelid = t.oid AND p.polpermissive AND p.polcmd = '*'
                  AND (0 = ANY (p.polroles) OR EXISTS (
                      SELECT FROM unnest(p.polroles) AS r (oid), pg_roles m WHERE m.rolname = ANY ($2) AND pg_has_role(m.oid, r.oid, 'USAGE')))
                  AND strpos(q.text, t.attname) > 0 AND strpos(q.text, '{Setting}') > 0
                  AND strpos(w.text, t.attname) > 0 AND strpos(w.text, '{Setting}') > 0)
            """,
            "No policy FOR ALL on table {0} compares the column with a setting in both USING and WITH CHECK.",
            "Create it with RowSecuritySql.Protect."),
        new("open_policy",
            $"""
            SELECT DISTINCT name FROM ({Policies}) p WHERE polpermissive
              AND (strpos(coalesce(using_text, '{Setting}'), '{Setting}') = 0 OR strpos(coalesce(check_text, '{Setting}'), '{Setting}') = 0)
            """,
            "Policy {0} is permissive and asks for no setting: permissive policies are joined with OR, so it opens the table.",
            "DROP POLICY {0}, or make it AS RESTRICTIVE."),
    ];

    public static readonly IReadOnlyList<RowSecurityRule> Audit =
    [
        new("no_with_check",
            $"SELECT DISTINCT name FROM ({Policies}) p WHERE polpermissive AND polcmd IN ('*', 'w', 'a') AND check_text IS NULL",
            "Policy {0} has no WITH CHECK: what may be written is whatever its USING happens to say, and changes with it.",
            "ALTER POLICY {0} WITH CHECK (…the same condition as USING…);", RowSecuritySeverity.Warning),
        new("always_true",
            $"SELECT DISTINCT name FROM ({Policies}) p WHERE polpermissive AND (using_text = 'true' OR check_text = 'true')",
            "Policy {0} is permissive and always true.",
            "DROP POLICY {0};"),
        new("null_opens",
            $"""
            SELECT DISTINCT name FROM ({Policies}) p
            WHERE concat(using_text, ' ', check_text) ~ 'current_setting\([^)]*\)(, ''''::text\))? (IS NULL|= ''''::text)'
               OR concat(using_text, ' ', check_text) ~ format('COALESCE\(.*current_setting\([^)]*\).*%s', attname)
            """,
            "Policy {0} lets through when no tenant is set: whoever forgets to set one sees all.",
            "ALTER POLICY {0}: compare with NULLIF(current_setting('…', true), '') and nothing else."),
        new("cast_without_nullif",
            $"""
            SELECT DISTINCT name FROM ({Policies}) p
            WHERE concat(using_text, ' ', check_text) ~ '\(current_setting\([^)]*\)\)::' AND concat(using_text, ' ', check_text) !~ 'NULLIF\(current_setting'
            """,
            "Policy {0} casts the setting as it is: PostgreSQL leaves the empty text where a setting was reset, and every query then fails with 22P02 instead of finding no rows.",
            "ALTER POLICY {0}: cast NULLIF(current_setting('…', true), '').", RowSecuritySeverity.Warning),
        new("setting_must_exist",
            $"SELECT DISTINCT name FROM ({Policies}) p WHERE concat(using_text, ' ', check_text) ~ 'current_setting\\(''[^'']*''::text\\)'",
            "Policy {0} reads the setting without missing_ok: a connection that has never set it fails with 42704 instead of finding no rows.",
            "ALTER POLICY {0}: current_setting('…', true).", RowSecuritySeverity.Warning),
        new("identity_policy",
            $"""
            SELECT DISTINCT name FROM ({Policies}) p WHERE polpermissive
              AND concat(using_text, ' ', check_text) ~ '(CURRENT_USER|SESSION_USER|"current_user"|"session_user")' AND concat(using_text, ' ', check_text) ~ ' OR '
            """,
            "Policy {0} opens for certain database users beside the tenant: on a shared connection that is every request.",
            "Give those users a policy TO their role, on a connection of their own.", RowSecuritySeverity.Warning),
        new("policy_function",
            $"""
            SELECT DISTINCT p.name, f.name FROM ({Policies}) p
            JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_proc'::regclass
            JOIN ({Functions}) f ON f.oid = d.refobjid
            """,
            "Policy {0} calls {1}: whoever may replace that function decides what the policy says.",
            "Read {1} as part of the policy; its owner must not be the application's role.", RowSecuritySeverity.Warning),
    ];
}
