using System.Text.Json.Nodes;
using Tessera.Operator;
using Tessera.Up;

namespace Tessera.Imports;

/// <summary>The imports of one command, one after the other, and what came of them.</summary>
internal static class Importing
{
    public static Task<ImportSummary> TenantsAsync(AdminApi api, string file, bool json, CancellationToken cancellation)
    {
        var table = TenantFile.Open(file);
        var total = table.Lines().Count();
        return ImportProgress.RunAsync("tenants", total, json, advance => new ImportRun(api, table, TenantFile.Kind, total).RunAsync(advance, cancellation));
    }

    public static Task<ImportSummary> UsersAsync(AdminApi api, CsvTable table, int total, string? tenantId, bool json, CancellationToken cancellation) =>
        ImportProgress.RunAsync("users", total, json, advance => new ImportRun(api, table, UserFile.Kind(tenantId), total).RunAsync(advance, cancellation));

    public static void Tell(bool json, ImportSummary? tenants, ImportSummary? users, JsonObject? registered = null)
    {
        var document = new JsonObject();
        foreach (var (name, summary) in new[] { ("tenants", tenants), ("users", users) })
        {
            if (summary is not null)
            {
                document[name] = summary.ToJson();
            }
        }

        if (json)
        {
            if (registered is not null)
            {
                document["registered"] = registered;
            }

            Output.Json(document);
            return;
        }

        if (registered is not null)
        {
            Output.Card(registered);
        }

        Output.Table(document.Select(entry => entry.Value), "file", "lines", "made", "present", "rejected", "seconds");
        foreach (var rejects in new[] { tenants?.RejectsFile, users?.RejectsFile }.OfType<string>())
        {
            Console.Out.WriteLine($"Why lines were rejected: {rejects}");
        }
    }
}
