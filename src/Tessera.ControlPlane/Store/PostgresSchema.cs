using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Tessera.ControlPlane.Store;

/// <summary>The directory's tables on PostgreSQL: made by their owner, policed, and checked before the runtime role may use them.</summary>
internal static class PostgresSchema
{
    // Any number will do, as long as every control plane uses the same.
    private const long MakingSchema = 0x7465_7373_6572_61;

    private const string All = "current_setting('app.directory_scope', true) = 'all'";

    private const string Visible =
        "(tenant_id = NULLIF(current_setting('app.current_tenant_id', true), '')::uuid OR current_setting('app.directory_scope', true) = 'all')";

    public static async Task CreateIfAbsentAsync(string owner, string runtimeRole, CancellationToken cancellation)
    {
        var options = new DbContextOptionsBuilder<DirectoryDb>().UseNpgsql(owner).UseSnakeCaseNamingConvention().Options;
        await using var db = new DirectoryDb(options, default);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({MakingSchema})", cancellation);
        var exists = await db.Database.SqlQueryRaw<bool>("SELECT to_regclass('schema_info') IS NOT NULL AS \"Value\"").SingleAsync(cancellation);
        if (exists)
        {
            return;
        }

        var statements = new List<string> { Schema.CreateScript(db) };
        statements.AddRange(TenantTables(db).Select(Secure));
        statements.AddRange(Tables(db).Select(table => Grant(table, runtimeRole)));
        await ExecuteAsync(db, string.Join('\n', statements), cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <exception cref="StoreRefusedException">The role could get round the policies, or a table has none.</exception>
    public static async Task RequireSafeAsync(NpgsqlConnection connection, DirectoryDb db, CancellationToken cancellation)
    {
        await using var role = new NpgsqlCommand("""
            SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (
                SELECT FROM pg_class c
                WHERE c.relname = ANY ($1) AND c.relnamespace = current_schema()::regnamespace AND pg_has_role(c.relowner, 'MEMBER'))
            FROM pg_roles r WHERE r.rolname = current_user
            """, connection) { Parameters = { new() { Value = Tables(db).ToArray() } } };
        if (await role.ExecuteScalarAsync(cancellation) is not false)
        {
            throw new StoreRefusedException(
                "The role in Control:Postgres is a superuser, bypasses row-level security or owns the directory's tables; give it a role of its own.");
        }

        await using var policed = new NpgsqlCommand("""
            SELECT count(*) FROM pg_class c
            WHERE c.relname = ANY ($1) AND c.relnamespace = current_schema()::regnamespace AND c.relrowsecurity AND c.relforcerowsecurity
            """, connection) { Parameters = { new() { Value = TenantTables(db).ToArray() } } };
        if (await policed.ExecuteScalarAsync(cancellation) is not long count || count != TenantTables(db).Count())
        {
            throw new StoreRefusedException("The directory's schema is absent from PostgreSQL, or row-level security is not forced on it; set Control:PostgresOwner once to make it.");
        }
    }

    internal static IEnumerable<string> Tables(DirectoryDb db) => db.Model.GetEntityTypes().Select(type => type.GetTableName()!);

    internal static IEnumerable<string> TenantTables(DirectoryDb db) => db.Model.GetEntityTypes()
        .Where(type => type.GetProperties().Any(property => property.GetColumnName() is "tenant_id" or "realm_id"))
        .Select(type => type.GetTableName()!);

    // A shared realm and its clients are the platform's to write. A tenant reads those of the realm it lives in, which the
    // policy of its own row in tenants tells.
    private static string Secure(string table) => table switch
    {
        "shared_realms" => Secure(table, $"({All})") + ReadByTenants(table, $"shared_realm_id = {table}.realm_id"),
        "clients" => Secure(table, Visible) + ReadByTenants(table, $"{table}.tenant_id IS NULL AND shared_realm_id = {table}.realm_id"),
        _ => Secure(table, Visible),
    };

    private static string Secure(string table, string visible) => $"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_scope ON {table} USING {visible} WITH CHECK {visible};

        """;

    private static string ReadByTenants(string table, string condition) =>
        $"CREATE POLICY {table}_shared ON {table} FOR SELECT USING (EXISTS (SELECT FROM tenants WHERE {condition}));\n";

    // History is added to and never altered, not even by this program.
    private static string Grant(string table, string role) => $"GRANT {table switch
    {
        "audit_log" => "SELECT, INSERT",
        "schema_info" => "SELECT",
        "directory_revision" => "SELECT, UPDATE",
        _ => "SELECT, INSERT, UPDATE, DELETE",
    }} ON {table} TO \"{role.Replace("\"", "\"\"", StringComparison.Ordinal)}\";";

    // Not ExecuteSqlRaw, which would read braces in the script as parameters.
    private static async Task ExecuteAsync(DirectoryDb db, string script, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(script, (NpgsqlConnection)db.Database.GetDbConnection());
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
