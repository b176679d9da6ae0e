using Npgsql;
using Tessera.Postgres.Checks;

namespace Tessera.UnitTests.Postgres;

public sealed class RowSecurityCheckTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly string[] Columns = ["tenant_id", "realm_id"];

    [Fact]
    public Task A_runtime_role_over_protected_tables_passes() => RowSecurityCheck.RunAsync(database.Runtime, Columns, Cancellation);

    [Fact]
    public async Task A_superuser_is_refused() => Assert.Equal(["superuser"], await RulesAsync(database.Superuser));

    [Fact]
    public async Task The_owner_is_refused() => Assert.Contains("owner", await RulesAsync(database.Owner));

    [Theory]
    [InlineData("bypass_rls", "ALTER ROLE {app} BYPASSRLS", "ALTER ROLE {app} NOBYPASSRLS")]
    [InlineData("owner", "GRANT {owner} TO {app}", "REVOKE {owner} FROM {app}")]
    [InlineData("superuser", "CREATE ROLE {app}_root SUPERUSER; GRANT {app}_root TO {app}", "DROP ROLE {app}_root")]
    [InlineData("row_security_off", "ALTER ROLE {app} SET row_security = off", "ALTER ROLE {app} RESET ALL")]
    [InlineData("preset", "ALTER ROLE {app} SET app.current_tenant_id = '0198c7a2-0000-7000-8000-000000000001'", "ALTER ROLE {app} RESET ALL")]
    [InlineData("preset", "ALTER ROLE {app} SET app.anything = 'x'", "ALTER ROLE {app} RESET ALL")]
    [InlineData("not_enabled", "ALTER TABLE notes DISABLE ROW LEVEL SECURITY", "ALTER TABLE notes ENABLE ROW LEVEL SECURITY")]
    [InlineData("not_forced", "ALTER TABLE notes NO FORCE ROW LEVEL SECURITY", "ALTER TABLE notes FORCE ROW LEVEL SECURITY")]
    [InlineData("no_policy", "ALTER POLICY tessera_rows ON notes RENAME TO old; CREATE POLICY one ON notes USING (tenant_id::text = current_setting('app.current_tenant_id', true)); ALTER POLICY old ON notes WITH CHECK (true)",
        "DROP POLICY one ON notes; ALTER POLICY old ON notes RENAME TO tessera_rows; ALTER POLICY tessera_rows ON notes WITH CHECK (tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid)")]
    [InlineData("open_policy", "CREATE POLICY everyone ON notes FOR SELECT USING (true)", "DROP POLICY everyone ON notes")]
    [InlineData("open_policy", "CREATE POLICY everyone ON notes USING (tenant_id IS NOT NULL)", "DROP POLICY everyone ON notes")]
    [InlineData("truncate", "GRANT TRUNCATE ON notes TO {app}", "REVOKE TRUNCATE ON notes FROM {app}")]
    [InlineData("not_enabled", "CREATE TABLE forgotten (tenant_id uuid)", "DROP TABLE forgotten")]
    public async Task A_hole_is_found_by_its_rule(string rule, string make, string mend)
    {
        await TestDatabase.ExecuteAsync(database.Superuser, Named(make));
        try
        {
            Assert.Contains(rule, await RulesAsync(Fresh()));
        }
        finally
        {
            await TestDatabase.ExecuteAsync(database.Superuser, Named(mend));
        }

        await RowSecurityCheck.RunAsync(Fresh(), Columns, Cancellation);
    }

    [Fact]
    public async Task A_restrictive_policy_closes_and_is_no_hole()
    {
        await TestDatabase.ExecuteAsync(database.Superuser, "CREATE POLICY narrow ON notes AS RESTRICTIVE USING (id > 0)");
        await RowSecurityCheck.RunAsync(database.Runtime, Columns, Cancellation);
        await TestDatabase.ExecuteAsync(database.Superuser, "DROP POLICY narrow ON notes");
    }

    [Fact]
    public async Task All_faults_are_told_at_once_each_with_its_remedy()
    {
        await TestDatabase.ExecuteAsync(database.Superuser, "CREATE TABLE a (tenant_id uuid); CREATE TABLE b (tenant_id uuid)");
        var refusal = await Assert.ThrowsAsync<RowSecurityException>(() => RowSecurityCheck.RunAsync(Fresh(), Columns, Cancellation));
        await TestDatabase.ExecuteAsync(database.Superuser, "DROP TABLE a, b");

        Assert.Equal(6, refusal.Faults.Count);
        Assert.Contains("ALTER TABLE a ENABLE ROW LEVEL SECURITY", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("ALTER TABLE b FORCE ROW LEVEL SECURITY", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_without_tenant_tables_does_not_pass_for_a_safe_one()
    {
        var refusal = await Assert.ThrowsAsync<RowSecurityException>(() => RowSecurityCheck.RunAsync(database.Runtime, ["customer_id"], Cancellation));
        Assert.Equal("no_tables", Assert.Single(refusal.Faults).Rule);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Role settings are read when a connection is opened.
    private NpgsqlDataSource Fresh() => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.RuntimeConnection()) { Pooling = false });

    private string Named(string sql) => sql
        .Replace("{app}", database.RuntimeRole, StringComparison.Ordinal)
        .Replace("{owner}", database.OwnerRole, StringComparison.Ordinal);

    private static async Task<IEnumerable<string>> RulesAsync(NpgsqlDataSource source) =>
        (await Assert.ThrowsAsync<RowSecurityException>(() => RowSecurityCheck.RunAsync(source, Columns, Cancellation))).Faults.Select(fault => fault.Rule).Distinct();
}
