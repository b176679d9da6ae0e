using Tessera.Postgres.Rows;
using Tessera.Postgres.Tenants;

namespace Tessera.Postgres.Schema;

/// <summary>DDL for migrations: what makes a table row-secured.</summary>
public static class RowSecuritySql
{
    /// <summary>The name of the policy on every table that is protected here.</summary>
    public const string Policy = "tessera_rows";

    /// <summary>
    /// The value in force as an expression, fit for a policy or a column's default. No setting, and a setting that was reset
    /// (PostgreSQL leaves the empty text), are both NULL, which no row equals.
    /// </summary>
    /// <param name="castType">The column's type where it is not <c>text</c>, for instance <c>uuid</c>.</param>
    public static string Current(string setting, string? castType = null)
    {
        var value = $"NULLIF(current_setting('{RowSetting.Checked(setting)}', true), '')";
        return castType is null ? value : $"{value}::{castType}";
    }

    /// <summary>
    /// Makes <paramref name="table"/> show and take only rows whose <paramref name="column"/> equals the setting, from its
    /// owner too. May be run again.
    /// </summary>
    /// <param name="table">With or without its schema.</param>
    /// <param name="castType">The column's type where it is not <c>text</c>.</param>
    public static string Protect(string table, string column, string setting, string? castType = null)
    {
        var (name, condition) = (SqlName.QuoteQualified(table), $"{SqlName.Quote(column)} = {Current(setting, castType)}");
        return $"""
            ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
            DROP POLICY IF EXISTS {Policy} ON {name};
            CREATE POLICY {Policy} ON {name}
                USING ({condition})
                WITH CHECK ({condition});
            """;
    }

    /// <summary>Protects a table by <c>tenant_id</c>.</summary>
    public static string ProtectTenant(string table) => Protect(table, TenantRows.Column, TenantRows.Setting, "uuid");

    /// <summary>Undoes <see cref="Protect"/>: afterwards the table shows every row to whoever may read it.</summary>
    public static string Unprotect(string table)
    {
        var name = SqlName.QuoteQualified(table);
        return $"""
            DROP POLICY IF EXISTS {Policy} ON {name};
            ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY;
            ALTER TABLE {name} DISABLE ROW LEVEL SECURITY;
            """;
    }
}
