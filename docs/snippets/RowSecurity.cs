using Npgsql;
using Tessera.Postgres.Checks;
using Tessera.Postgres.Schema;
using Xunit;

namespace Snippets;

internal static class RowSecurity
{
    public static async Task SecureAsync(NpgsqlDataSource owner)
    {
        #region secure
        await using var secure = owner.CreateCommand(RowSecuritySql.ProtectTenant("notes")); // ENABLE, FORCE, and a policy with USING and WITH CHECK
        await secure.ExecuteNonQueryAsync();
        #endregion
    }

    public static async Task AuditAsync(NpgsqlDataSource dataSource)
    {
        #region audit
        var report = await RowSecurityAudit.RunAsync(dataSource, new RowSecurityAuditOptions { Roles = ["shop_app"] });
        Assert.DoesNotContain(report.Faults, fault => fault.Severity == RowSecuritySeverity.Error);
        #endregion
    }
}
