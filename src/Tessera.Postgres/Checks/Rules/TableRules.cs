using static Tessera.Postgres.Checks.CatalogSql;

namespace Tessera.Postgres.Checks.Rules;

/// <summary>What every table with tenants' rows has.</summary>
internal static class TableRules
{
    public static readonly IReadOnlyList<RowSecurityRule> AtStart =
    [
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
    ];

    public static readonly RowSecurityRule ListedWithoutTenant = new("listed_without_tenant",
        $"SELECT l.name FROM unnest($3::text[]) AS l (name) WHERE NOT EXISTS (SELECT FROM ({Tables}) t WHERE l.name IN ({NamesOfTable}))",
        "Table {0} is listed and is not there, or has no tenant column.",
        "Correct the list, or give the table the column and a policy.");

    public static readonly IReadOnlyList<RowSecurityRule> Audit =
    [
        new("nullable_tenant",
            $"SELECT DISTINCT name, format('%I', attname) FROM ({Tables}) t WHERE NOT attnotnull",
            "Table {0} takes rows without {1}: they belong to nobody, and no tenant's export or deletion meets them.",
            "ALTER TABLE {0} ALTER COLUMN {1} SET NOT NULL;", RowSecuritySeverity.Warning),
        new("unlisted",
            $"SELECT DISTINCT name FROM ({Tables}) t WHERE $3::text[] IS NOT NULL AND NOT $3::text[] && ARRAY[{NamesOfTable}]::text[]",
            "Table {0} has a tenant column and is not among the tables you listed: nobody has decided about it.",
            "Add it to the list once it is protected."),
        ListedWithoutTenant,
        new("child_without_tenant",
            $"""
            SELECT DISTINCT o.name, t.name FROM ({OtherTables}) o
            JOIN pg_constraint k ON k.conrelid = o.oid AND k.contype = 'f' JOIN ({Tables}) t ON t.oid = k.confrelid
            """,
            "Table {0} refers to {1}, whose rows are a tenant's, and has no tenant column: its own rows are open to all tenants.",
            "Give {0} the tenant's column, lead the foreign key with it, and protect the table."),
        new("foreign_table",
            $"SELECT DISTINCT name FROM ({ForeignTables}) t",
            "{0} is a foreign table: PostgreSQL has no row security for it.",
            "Secure it at its own server, and connect there as the application's role; or copy what is needed into a table."),
    ];
}
