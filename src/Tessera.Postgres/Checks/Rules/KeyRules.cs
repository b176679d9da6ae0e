using static Tessera.Postgres.Checks.CatalogSql;

namespace Tessera.Postgres.Checks.Rules;

/// <summary>Keys are checked past every policy: what they compare, they compare over all tenants.</summary>
internal static class KeyRules
{
    public static readonly IReadOnlyList<RowSecurityRule> Audit =
    [
        new("foreign_key_without_tenant",
            $"""
            SELECT DISTINCT format('%I on %s', k.conname, t.name), t.name, format('%I', k.conname), o.name FROM ({Tables}) t
            JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f' AND k.conparentid = 0
            JOIN ({Tables}) o ON o.oid = k.confrelid
            WHERE NOT EXISTS (SELECT FROM ({Tables}) m JOIN ({Tables}) n ON n.attname = m.attname
                WHERE m.oid = k.conrelid AND n.oid = k.confrelid AND k.conkey[1] = m.attnum AND k.confkey[1] = n.attnum)
            """,
            "Foreign key {0} does not begin with the tenant on both sides: a row can refer to another tenant's row in {3}, and whether it exists can be found out.",
            "ALTER TABLE {1} DROP CONSTRAINT {2}; and add it again with the tenant's column first on both sides."),
        new("unique_without_tenant",
            $"""
            SELECT i.indexrelid::regclass::text, t.name FROM ({DistinctTables}) t
            JOIN pg_index i ON i.indrelid = t.oid AND (i.indisunique OR i.indisexclusion)
            JOIN pg_class x ON x.oid = i.indexrelid AND NOT x.relispartition
            WHERE NOT EXISTS (SELECT FROM ({Tables}) m WHERE m.oid = t.oid AND m.attnum = i.indkey[0])
            """,
            "Unique index {0} on {1} does not begin with the tenant: a value that is refused tells that another tenant has it.",
            "Make it anew with the tenant's column first; or, over random ids alone, accept it with --accept unique_without_tenant:{0}.", RowSecuritySeverity.Warning),
        new("cascade",
            $"""
            SELECT DISTINCT format('%I on %s', k.conname, t.name) FROM ({Tables}) t
            JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f' AND k.confdeltype IN ('c', 'n', 'd')
            JOIN ({OtherTables}) o ON o.oid = k.confrelid
            """,
            "Foreign key {0} deletes or changes tenants' rows when a row without a tenant goes, past their policies.",
            "Let it RESTRICT, and delete each tenant's rows as that tenant.", RowSecuritySeverity.Warning),
    ];
}
