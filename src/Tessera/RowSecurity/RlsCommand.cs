using System.CommandLine;
using Npgsql;
using Tessera.Commands;
using Tessera.Postgres.Checks;

namespace Tessera.RowSecurity;

/// <summary><c>tessera rls</c>: whether a PostgreSQL database keeps tenants apart. It speaks to that database and to nothing else.</summary>
internal static class RlsCommand
{
    private const string Variable = "TESSERA_CONNECTION";
    private const int FaultsFound = 3;

    public static Command Build() => new("rls", "Looks after row-level security in PostgreSQL.") { Audit() };

    private static Command Audit()
    {
        var connection = new Option<string?>("--connection") { Description = $"Npgsql connection string; or set {Variable}, which other users of the machine cannot see" };
        var roles = Several("--role", "A role the application connects as. Unless given: every role with rights on tenants' tables that may log in");
        var columns = Several("--column", "A column that names a row's tenant. Unless given: tenant_id, realm_id");
        var tables = Several("--table", "A table known to hold tenants' rows; when given, any other with a tenant column is a fault");
        var accepted = Several("--accept", "A fault that is accepted, as rule:subject");
        var strict = new Option<bool>("--strict") { Description = "Warnings count as errors do" };
        var json = new Option<bool>("--json") { Description = "One JSON document on standard output" };
        var command = new Command("audit", "Asks the catalog every rule, and says what is wrong and what mends it. Exits with 3 where it found errors.")
        {
            connection, roles, columns, tables, accepted, strict, json,
        };
        command.SetAction((result, cancellation) => Guarded.RunAsync(async () =>
        {
            await using var source = Open(result.GetValue(connection) ?? Environment.GetEnvironmentVariable(Variable));
            var defaults = new RowSecurityAuditOptions();
            var report = await RunAsync(source, new RowSecurityAuditOptions
            {
                Roles = Given(result.GetValue(roles)),
                Columns = Given(result.GetValue(columns)) ?? defaults.Columns,
                Tables = Given(result.GetValue(tables)),
                Accepted = result.GetValue(accepted) ?? [],
            }, cancellation);
            if (result.GetValue(json))
            {
                AuditOutput.Json(report);
            }
            else
            {
                AuditOutput.Text(report);
            }

            return report.Faults.Any(fault => fault.Severity == RowSecuritySeverity.Error || result.GetValue(strict)) ? FaultsFound : 0;
        }));
        return command;
    }

    private static async Task<RowSecurityReport> RunAsync(NpgsqlDataSource source, RowSecurityAuditOptions options, CancellationToken cancellation)
    {
        try
        {
            return await RowSecurityAudit.RunAsync(source, options, cancellation);
        }
        catch (UnknownRoleException e)
        {
            throw new Fault($"{e.Message} Look at the spelling of --role.");
        }
    }

    private static Option<string[]?> Several(string name, string description) => new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    private static string[]? Given(string[]? values) => values is { Length: > 0 } ? values : null;

    private static NpgsqlDataSource Open(string? connection)
    {
        if (string.IsNullOrWhiteSpace(connection))
        {
            throw new Fault($"Say which database: --connection \"Host=…;Database=…;Username=…\", or {Variable}.");
        }

        try
        {
            return NpgsqlDataSource.Create(connection);
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException or FormatException)
        {
            throw new Fault("The connection string cannot be read. It looks like: Host=127.0.0.1;Database=shop;Username=auditor;Password=…"); // and its text is not repeated: it may hold a password
        }
    }
}
