using Npgsql;

namespace Tessera.Postgres.Checks;

/// <summary>What an audit looks at.</summary>
public sealed record RowSecurityAuditOptions
{
    /// <summary>The columns that name a row's owner; <c>tenant_id</c> and <c>realm_id</c> unless set.</summary>
    public IReadOnlyCollection<string> Columns { get; init; } = ["tenant_id", "realm_id"];

    /// <summary>
    /// The roles an application connects as. Unless set: every role that may log in and has a right on such a table,
    /// superusers and the tables' owners left out, who have rules of their own.
    /// </summary>
    public IReadOnlyCollection<string>? Roles { get; init; }

    /// <summary>The tables that are known to hold tenants' rows, with or without their schema. Unless set, none is missing.</summary>
    public IReadOnlyCollection<string>? Tables { get; init; }

    /// <summary>Faults that somebody has looked at and accepts, as <c>rule:subject</c>.</summary>
    public IReadOnlyCollection<string> Accepted { get; init; } = [];
}

/// <summary>What an audit found.</summary>
/// <param name="Rules">How many rules were asked.</param>
/// <param name="Roles">The roles that were looked at.</param>
/// <param name="Faults">Errors first, in the rules' order.</param>
/// <param name="Accepted">How many faults were accepted and left out.</param>
public sealed record RowSecurityReport(int Rules, IReadOnlyCollection<string> Roles, IReadOnlyList<RowSecurityFault> Faults, int Accepted);

/// <summary>The database has no role of this name.</summary>
public sealed class UnknownRoleException(string role) : Exception($"There is no role '{role}'.");

/// <summary>
/// Looks over a whole database for ways in which one tenant could come to another's rows: roles, tables, policies, views,
/// functions, keys and what leaves the database. Reads the catalog alone, never a row.
/// </summary>
public static class RowSecurityAudit
{
    private const string ApplicationRoles = $"""
        SELECT coalesce(array_agg(r.rolname::text ORDER BY 1), ARRAY[]::text[]) FROM pg_roles r
        WHERE r.rolcanlogin AND NOT r.rolsuper
          AND EXISTS (SELECT FROM ({CatalogSql.Tables}) t WHERE has_table_privilege(r.oid, t.oid, 'SELECT, INSERT, UPDATE, DELETE'))
          AND NOT EXISTS (SELECT FROM ({CatalogSql.Tables}) t WHERE t.relowner = r.oid)
        """;

    /// <param name="source">Connects to the database, as any role.</param>
    /// <exception cref="UnknownRoleException">A role of the options is not there.</exception>
    public static async Task<RowSecurityReport> RunAsync(NpgsqlDataSource source, RowSecurityAuditOptions options, CancellationToken cancellation = default)
    {
        var roles = options.Roles ?? await FindRolesAsync(source, ApplicationRoles, [.. options.Columns], cancellation);
        var known = await FindRolesAsync(source, "SELECT coalesce(array_agg(rolname::text), ARRAY[]::text[]) FROM pg_roles WHERE rolname = ANY ($1)", [.. roles], cancellation);
        if (roles.Except(known).FirstOrDefault() is { } missing)
        {
            throw new UnknownRoleException(missing);
        }

        await using var connection = await source.OpenConnectionAsync(cancellation);
        var all = await RowSecurityQuery.FindAsync(connection, RowSecurityRules.All, options.Columns, roles, options.Tables, cancellation);
        var faults = all.Where(fault => !options.Accepted.Contains($"{fault.Rule}:{fault.Subject}")).OrderByDescending(fault => fault.Severity).ToList();
        return new RowSecurityReport(RowSecurityRules.All.Count, roles, faults, all.Count - faults.Count);
    }

    private static async Task<string[]> FindRolesAsync(NpgsqlDataSource source, string sql, string[] values, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = values });
        return (string[])(await command.ExecuteScalarAsync(cancellation))!;
    }
}
