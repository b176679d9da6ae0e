using Npgsql;
using Tessera.Postgres.Checks;
using Tessera.Postgres.Schema;
using Tessera.Postgres.Tenants;
using Xunit;

namespace Snippets;

internal static class RowSecurity
{
    public static async Task SecureAsync(NpgsqlDataSource owner, NpgsqlDataSource runtime)
    {
        #region secure
        await using (var secure = owner.CreateCommand(RowSecuritySql.ProtectTenant("notes"))) // ENABLE, FORCE, and a policy with USING and WITH CHECK
        {
            await secure.ExecuteNonQueryAsync();
        }

        await RowSecurityCheck.RunAsync(runtime, [TenantRows.Column]); // throws if this role is not bound by it
        #endregion
    }

    public static async Task ReadAsync(NpgsqlDataSource runtime, TenantScope scope)
    {
        #region read
        var database = new TenantDatabase(runtime, scope); // one per scope; AddTenantScope registers both
        var bodies = await database.QueryAsync(new("SELECT body FROM notes"), row => row.GetString(0)); // one round trip

        await using var transaction = await database.BeginAsync();
        await using var insert = transaction.CreateCommand("INSERT INTO notes (body) VALUES ('of the scope''s tenant')");
        await insert.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        #endregion
        _ = bodies;
    }

    public static async Task AuditAsync(NpgsqlDataSource dataSource)
    {
        #region audit
        var report = await RowSecurityAudit.RunAsync(dataSource, new RowSecurityAuditOptions { Roles = ["shop_app"] });
        Assert.DoesNotContain(report.Faults, fault => fault.Severity == RowSecuritySeverity.Error);
        #endregion
    }
}
