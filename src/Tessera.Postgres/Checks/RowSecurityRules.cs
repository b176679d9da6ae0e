using Tessera.Postgres.Checks.Rules;

namespace Tessera.Postgres.Checks;

/// <summary>Every rule: those without which an application does not start, and those of the audit beside them.</summary>
internal static class RowSecurityRules
{
    public static readonly IReadOnlyList<RowSecurityRule> AtStart = [.. RoleRules.AtStart, .. TableRules.AtStart, .. PolicyRules.AtStart];

    public static readonly IReadOnlyList<RowSecurityRule> All =
        [.. AtStart, .. RoleRules.Audit, .. TableRules.Audit, .. PolicyRules.Audit, .. CodeRules.Audit, .. KeyRules.Audit, .. OutletRules.Audit];
}
