using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using Tessera.Cell.Joining;
using Tessera.Postgres.Schema;

namespace Tessera.Cell.Store;

/// <summary>The tables on PostgreSQL: made by the owner role, secured by realm, and granted to the runtime role, which owns nothing.</summary>
internal static class PostgresSchema
{
    // Those of LedgerRows.cs, which are the realm's too.
    private static readonly string[] LedgerTables = ["ledger_tables", "ledger_entries", "ledger_changes"];

    // The tables of Rows.cs that belong to a realm. One that is missing here has no policy, and the start-up check refuses it.
    private static readonly string[] RealmTables = ["realms", "accounts", "sessions", "audit", "clients", "scopes", "grants", "tokens", "spent_assertions", "logout_notices", "revocation_notices", "realm_moves", "former_keys", .. LedgerTables];

    // Those of SharedRows.cs: of a realm, and there of one tenant.
    private static readonly string[] TenantTables = ["shared_tenants", "memberships", "client_grants"];

    public static async Task EnsureAsync(CellDb db, CellOptions options, CancellationToken cancellation)
    {
        if (options.PostgresOwner is null)
        {
            return; // made by an earlier start, or by hand; the version check tells
        }

        await using var owner = NpgsqlDataSource.Create(options.PostgresOwner);
        await using var connection = await owner.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // Of several processes that start at once, one makes the tables.
        await RunAsync(connection, "SELECT pg_advisory_xact_lock(7742, 1)", cancellation);
        await using (var exists = new NpgsqlCommand("SELECT to_regclass('schema_info') IS NOT NULL", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellation) is true)
            {
                return;
            }
        }

        var runtime = new NpgsqlConnectionStringBuilder(options.Postgres).Username
            ?? throw new CellStartException("Cell:Postgres must name the runtime role (Username).");
        await RunAsync(connection, db.Database.GenerateCreateScript(), cancellation);
        await RunAsync(connection, Secure(db.Model, runtime), cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private static string Secure(IModel model, string runtime)
    {
        var role = $"\"{runtime.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        var policies = RealmTables.Select(table => RowSecuritySql.Protect(table, "realm_id", RowsOf.RealmSetting));
        return $"""
            {string.Join('\n', policies)}
            -- A request knows its host before it knows its realm; naming a host shows the one realm that has it.
            CREATE POLICY realm_of_host ON realms FOR SELECT USING (sign_in_host = {RowSecuritySql.Current(RowsOf.NameSetting)});
            {string.Join('\n', TenantTables.Select(SharedRowsSql.Protect))}
            {SharedRowsSql.OfAccountAndSlug}
            {new WriteFenceSql(RowsOf.EnterWrite).Create()}
            {SharedRowsSql.EnterTenantWrite}
            {LedgerSql.Postgres(model)}
            GRANT USAGE ON SCHEMA public TO {role};
            GRANT SELECT, INSERT, UPDATE, DELETE ON {string.Join(", ", [.. RealmTables, .. TenantTables])}, pools, logout_queue, revocation_queue, move_queue TO {role};
            GRANT SELECT ON schema_info TO {role};
            """;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
