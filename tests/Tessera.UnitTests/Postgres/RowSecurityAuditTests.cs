using Tessera.Postgres.Checks;

namespace Tessera.UnitTests.Postgres;

/// <summary>Each rule of the audit, seen to find the hole it is for, and to find none where there is none.</summary>
public sealed class RowSecurityAuditTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Current = "NULLIF(current_setting('app.current_tenant_id', true), '')::uuid";
    private const string Parent = "CREATE TABLE parent (tenant_id uuid NOT NULL, id int, PRIMARY KEY (tenant_id, id))";

    /// <summary>Rule, what it finds, the SQL that makes the hole and the SQL that closes it.</summary>
    public static readonly TheoryData<string, string, string, string> Holes = new()
    {
        { "superuser", "{app}_root", "CREATE ROLE {app}_root SUPERUSER; GRANT {app}_root TO {app}", "DROP ROLE {app}_root" },
        { "bypass_rls", "{app}", "ALTER ROLE {app} BYPASSRLS", "ALTER ROLE {app} NOBYPASSRLS" },
        { "owner", "notes", "GRANT {owner} TO {app}", "REVOKE {owner} FROM {app}" },
        { "row_security_off", "row_security", "ALTER ROLE {app} SET row_security = off", "ALTER ROLE {app} RESET ALL" },
        { "preset", "app.current_tenant_id", "ALTER ROLE {app} SET app.current_tenant_id = 'x'", "ALTER ROLE {app} RESET ALL" },
        { "truncate", "notes", "GRANT TRUNCATE ON notes TO {app}", "REVOKE TRUNCATE ON notes FROM {app}" },
        { "not_enabled", "bare", "CREATE TABLE bare (tenant_id uuid)", "DROP TABLE bare" },
        { "not_forced", "notes", "ALTER TABLE notes NO FORCE ROW LEVEL SECURITY", "ALTER TABLE notes FORCE ROW LEVEL SECURITY" },
        { "no_policy", "bare", "CREATE TABLE bare (tenant_id uuid)", "DROP TABLE bare" },
        { "open_policy", "p on notes", "CREATE POLICY p ON notes USING (tenant_id IS NOT NULL)", "DROP POLICY p ON notes" },
        { "superuser_login", "{app}_root", "CREATE ROLE {app}_root SUPERUSER LOGIN", "DROP ROLE {app}_root" },
        { "public_grant", "notes", "GRANT SELECT ON notes TO PUBLIC", "REVOKE SELECT ON notes FROM PUBLIC" },
        { "trigger_privilege", "notes", "GRANT TRIGGER ON notes TO {app}", "REVOKE TRIGGER ON notes FROM {app}" },
        { "schema_create", "public", "GRANT CREATE ON SCHEMA public TO {app}", "REVOKE CREATE ON SCHEMA public FROM {app}" },
        { "nullable_tenant", "bare", "CREATE TABLE bare (tenant_id uuid)", "DROP TABLE bare" },
        { "child_without_tenant", "child", $"{Parent}; CREATE TABLE child (t uuid, p int, FOREIGN KEY (t, p) REFERENCES parent)", "DROP TABLE child, parent" },
        { "foreign_table", "far", "CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw; CREATE FOREIGN TABLE far (tenant_id uuid) SERVER s", "DROP EXTENSION postgres_fdw CASCADE" },
        { "no_with_check", "p on notes", $"CREATE POLICY p ON notes USING (tenant_id = {Current})", "DROP POLICY p ON notes" },
        { "always_true", "p on notes", "CREATE POLICY p ON notes FOR SELECT USING (true)", "DROP POLICY p ON notes" },
        { "null_opens", "p on notes", "CREATE POLICY p ON notes USING (tenant_id::text = current_setting('app.t', true) OR current_setting('app.t', true) IS NULL)", "DROP POLICY p ON notes" },
        { "null_opens", "p on notes", "CREATE POLICY p ON notes USING (tenant_id::text = current_setting('app.t', true) OR current_setting('app.t', true) = '')", "DROP POLICY p ON notes" },
        { "null_opens", "p on notes", $"CREATE POLICY p ON notes USING (tenant_id = {Current} OR NULLIF(current_setting('app.t', true), '') IS NULL)", "DROP POLICY p ON notes" },
        { "null_opens", "p on notes", $"CREATE POLICY p ON notes USING (tenant_id = coalesce({Current}, tenant_id))", "DROP POLICY p ON notes" },
        { "cast_without_nullif", "p on notes", "CREATE POLICY p ON notes USING (tenant_id = current_setting('app.t', true)::uuid)", "DROP POLICY p ON notes" },
        { "setting_must_exist", "p on notes", "CREATE POLICY p ON notes USING (tenant_id::text = current_setting('app.t'))", "DROP POLICY p ON notes" },
        { "identity_policy", "p on notes", $"CREATE POLICY p ON notes USING (tenant_id = {Current} OR current_user = 'root')", "DROP POLICY p ON notes" },
        { "policy_function", "p on notes", $"CREATE FUNCTION mine(uuid) RETURNS bool LANGUAGE sql AS 'SELECT $1 = {Current.Replace("'", "''", StringComparison.Ordinal)}'; CREATE POLICY p ON notes USING (mine(tenant_id))", "DROP POLICY p ON notes; DROP FUNCTION mine" },
        { "view_invoker", "v", "CREATE VIEW v AS SELECT * FROM notes", "DROP VIEW v" },
        { "view_invoker", "v2", "CREATE VIEW v WITH (security_invoker = true) AS SELECT * FROM notes; CREATE VIEW v2 AS SELECT * FROM v", "DROP VIEW v2, v" },
        { "materialized_view", "m", "CREATE MATERIALIZED VIEW m AS SELECT * FROM notes", "DROP MATERIALIZED VIEW m" },
        { "rewrite_rule", "r on notes", "CREATE RULE r AS ON DELETE TO notes DO INSTEAD NOTHING", "DROP RULE r ON notes" },
        { "definer_path", "f()", "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'", "DROP FUNCTION f" },
        { "definer_bypass", "f()", "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT 1'", "DROP FUNCTION f" },
        { "leakproof", "f()", "CREATE FUNCTION f() RETURNS int LANGUAGE sql LEAKPROOF AS 'SELECT 1'", "DROP FUNCTION f" },
        { "definer_trigger", "g on notes", "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER g BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION f()", "DROP FUNCTION f CASCADE" },
        { "foreign_key_without_tenant", "k on child", $"{Parent}; ALTER TABLE parent ADD UNIQUE (id); CREATE TABLE child (tenant_id uuid NOT NULL, p int CONSTRAINT k REFERENCES parent (id))", "DROP TABLE child, parent" },
        { "unique_without_tenant", "u", "CREATE TABLE bare (tenant_id uuid, name text CONSTRAINT u UNIQUE)", "DROP TABLE bare" },
        { "cascade", "k on child", "CREATE TABLE plan (id int PRIMARY KEY); CREATE TABLE child (tenant_id uuid NOT NULL, p int CONSTRAINT k REFERENCES plan ON DELETE CASCADE)", "DROP TABLE child, plan" },
        { "publication", "pub", "CREATE PUBLICATION pub FOR TABLE notes", "DROP PUBLICATION pub" },
        { "publication", "pub", "CREATE PUBLICATION pub FOR ALL TABLES", "DROP PUBLICATION pub" },
        { "sequence", "bare_id_seq", "CREATE TABLE bare (tenant_id uuid, id serial)", "DROP TABLE bare" },
        { "remote_access", "dblink", "CREATE EXTENSION dblink", "DROP EXTENSION dblink" },
        { "wide_role", "{app}", "GRANT pg_read_all_data TO {app}", "REVOKE pg_read_all_data FROM {app}" },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Holes))]
    public async Task A_hole_is_found_by_its_rule_and_gone_once_it_is_mended(string rule, string subject, string make, string mend)
    {
        var expected = (rule, Named(subject));
        Assert.DoesNotContain(expected, await FindAsync());
        await TestDatabase.ExecuteAsync(database.Superuser, Named(make));
        try
        {
            Assert.Contains(expected, await FindAsync());
        }
        finally
        {
            await TestDatabase.ExecuteAsync(database.Superuser, Named(mend));
        }

        Assert.DoesNotContain(expected, await FindAsync());
    }

    [Fact]
    public void Every_rule_has_a_hole_it_is_seen_to_find()
    {
        var elsewhere = new[] { "no_tables", "owner_login", "unlisted", "listed_without_tenant" }; // below
        Assert.Equal(
            RowSecurityRules.All.Select(rule => rule.Name).Order(), Holes.Select(hole => hole.Data.Item1).Concat(elsewhere).Distinct().Order());
        Assert.All(RowSecurityRules.All, rule => Assert.False(rule.Problem.Length == 0 || rule.Remedy.Length == 0));
    }

    [Fact]
    public async Task Without_a_hole_there_is_no_error_and_the_owners_login_is_mentioned()
    {
        var report = await RunAsync(new());
        Assert.DoesNotContain(report.Faults, fault => fault.Severity == RowSecuritySeverity.Error);
        Assert.Contains(report.Faults, fault => (fault.Rule, fault.Subject) == ("owner_login", database.OwnerRole));
        Assert.DoesNotContain(report.Faults, fault => fault.ToString().Contains("{0}", StringComparison.Ordinal) || fault.ToString().Contains("{1}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_roles_an_application_uses_are_found_and_one_that_is_not_there_is_said()
    {
        var report = await RowSecurityAudit.RunAsync(database.Owner, new RowSecurityAuditOptions(), Cancellation);
        Assert.Equal([database.RuntimeRole], report.Roles);
        var wrong = await Assert.ThrowsAsync<UnknownRoleException>(() => RunAsync(new() { Roles = ["nobody_at_all"] }));
        Assert.Contains("nobody_at_all", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_is_not_on_the_list_is_found_and_one_that_is_only_there()
    {
        var tables = (await RunAsync(new() { Tables = [] })).Faults.Where(fault => fault.Rule == "unlisted").Select(fault => fault.Subject).ToList();
        Assert.Contains("notes", tables);
        var report = await RunAsync(new() { Tables = [.. tables.Select(table => $"public.{table}"), "gone"] });
        Assert.DoesNotContain(report.Faults, fault => fault.Rule == "unlisted");
        Assert.Equal("gone", Assert.Single(report.Faults, fault => fault.Rule == "listed_without_tenant").Subject);
    }

    [Fact]
    public async Task An_accepted_fault_is_counted_and_left_out_and_another_of_its_rule_is_not()
    {
        var all = await RunAsync(new());
        var one = all.Faults[0];
        var report = await RunAsync(new() { Accepted = [$"{one.Rule}:{one.Subject}", $"{one.Rule}:another"] });
        Assert.Equal((1, all.Faults.Count - 1), (report.Accepted, report.Faults.Count));
        Assert.DoesNotContain(one, report.Faults);
    }

    [Fact]
    public async Task A_database_without_tenants_does_not_pass_for_a_safe_one() =>
        Assert.Contains((await RunAsync(new() { Columns = ["customer_id"] })).Faults, fault => (fault.Rule, fault.Severity) == ("no_tables", RowSecuritySeverity.Error));

    private Task<RowSecurityReport> RunAsync(RowSecurityAuditOptions options) =>
        RowSecurityAudit.RunAsync(database.Superuser, options with { Roles = options.Roles ?? [database.RuntimeRole] }, Cancellation);

    private async Task<IEnumerable<(string Rule, string Subject)>> FindAsync() => (await RunAsync(new())).Faults.Select(fault => (fault.Rule, fault.Subject));

    private string Named(string text) => text
        .Replace("{app}", database.RuntimeRole, StringComparison.Ordinal)
        .Replace("{owner}", database.OwnerRole, StringComparison.Ordinal);
}
