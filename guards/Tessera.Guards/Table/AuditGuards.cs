using static Tessera.Guards.Removing.Removal;

namespace Tessera.Guards.Table;

/// <summary>The rules with which an application refuses to start over a database that does not part its tenants.</summary>
internal static class AuditGuards
{
    private const string Check = "RowSecurityCheckTests";
    private const string Rules = "Tessera.Postgres.Checks.Rules.";

    public static readonly Guard[] All =
    [
        new("A superuser serves no tenants", Rules + "RoleRules..cctor", Says("WHERE r.rolsuper AND (", "WHERE false AND ("), Check),
        new("A role that bypasses policies serves no tenants", Rules + "RoleRules..cctor", Says("WHERE r.rolbypassrls AND", "WHERE false AND"), Check),
        new("The tables' owner serves no tenants", Rules + "RoleRules..cctor", Says("ON r.oid = t.relowner WHERE", "ON r.oid = t.relowner AND false WHERE"), Check),
        new("Row security is not switched off", Rules + "RoleRules..cctor", Says("WHERE current_setting('row_security') <> 'on' OR EXISTS", "WHERE false AND EXISTS"), Check),
        new("No tenant is set before anybody sets one", Rules + "RoleRules..cctor", Says("WHERE s.entry LIKE 'app.%' AND", "WHERE false AND"), Check),
        new("There are tables to look at", Rules + "TableRules..cctor", Says("WHERE NOT EXISTS (", "WHERE false AND NOT EXISTS ("), Check),
        new("Row security is enabled", Rules + "TableRules..cctor", Says("WHERE NOT relrowsecurity", "WHERE false"), Check),
        new("Row security is forced", Rules + "TableRules..cctor", Says("WHERE NOT relforcerowsecurity", "WHERE false"), Check),
        new("A policy compares the tenant with the setting, reading and writing", Rules + "PolicyRules..cctor", Says("t WHERE NOT EXISTS (", "t WHERE false AND NOT EXISTS ("), Check),
        new("No policy opens the table", Rules + "PolicyRules..cctor", Says("AND (strpos(coalesce(using_text", "AND false AND (strpos(coalesce(using_text"), Check),
    ];
}
