using System.Text.Json.Nodes;
using Tessera.Operator;
using Tessera.Postgres.Checks;

namespace Tessera.RowSecurity;

/// <summary>How an audit is told: for people, and for programs.</summary>
internal static class AuditOutput
{
    public static void Json(RowSecurityReport report) => Output.Json(new JsonObject
    {
        ["rules"] = report.Rules,
        ["roles"] = new JsonArray([.. report.Roles.Select(role => (JsonNode)role)]),
        ["accepted"] = report.Accepted,
        ["faults"] = new JsonArray([.. report.Faults.Select(Fault)]),
    });

    public static void Text(RowSecurityReport report)
    {
        foreach (var fault in report.Faults)
        {
            Console.WriteLine($"{Word(fault.Severity)}  {fault.Rule}: {fault.Subject}");
            Console.WriteLine($"    {fault.Problem}");
            Console.WriteLine($"    → {fault.Remedy}");
            Console.WriteLine();
        }

        var errors = report.Faults.Count(fault => fault.Severity == RowSecuritySeverity.Error);
        var roles = report.Roles.Count == 0 ? "no role" : string.Join(", ", report.Roles);
        Console.WriteLine($"{report.Rules} rules for {roles}: {errors} errors, {report.Faults.Count - errors} warnings, {report.Accepted} accepted.");
    }

    private static JsonNode Fault(RowSecurityFault fault) => new JsonObject
    {
        ["severity"] = Word(fault.Severity),
        ["rule"] = fault.Rule,
        ["subject"] = fault.Subject,
        ["problem"] = fault.Problem,
        ["remedy"] = fault.Remedy,
    };

    private static string Word(RowSecuritySeverity severity) => severity == RowSecuritySeverity.Error ? "error" : "warning";
}
