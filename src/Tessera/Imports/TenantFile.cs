using System.Text.Json.Nodes;

namespace Tessera.Imports;

/// <summary>The columns of a file of tenants. Lists are separated by spaces.</summary>
internal static class TenantFile
{
    private static readonly string[] Lists = ["email_domains"];
    private static readonly string[] Texts = ["slug", "display_name", "pattern", "cell", "region", "host"];
    private static readonly string[] ClientLists = ["redirect_uris", "post_logout_redirect_uris", "scopes", "audiences"];

    public static readonly IReadOnlyList<string> Columns = [.. Texts, .. Lists, "client_name", .. ClientLists];

    public static ImportKind Kind { get; } = new("/tenants/import", "tenants", 250, Entry, line => line["slug"] ?? $"line {line.Line}", "slug", "slug_taken")
    {
        ColumnOf = field => field.Split('[')[0] switch
        {
            "client.name" => "client_name",
            var name => name.StartsWith("client.", StringComparison.Ordinal) ? name["client.".Length..] : name,
        },
    };

    public static CsvTable Open(string path) => CsvTable.Open(path, Columns, "slug", "redirect_uris");

    private static JsonObject Entry(CsvLine line)
    {
        var client = new JsonObject { ["type"] = "public" };
        Put(client, "name", line["client_name"]);
        foreach (var list in ClientLists)
        {
            PutList(client, list, line[list]);
        }

        var tenant = new JsonObject { ["client"] = client };
        foreach (var text in Texts)
        {
            Put(tenant, text, line[text]);
        }

        PutList(tenant, "email_domains", line["email_domains"]);
        tenant["pattern"] ??= "hybrid";
        return tenant;
    }

    private static void Put(JsonObject into, string name, string? value)
    {
        if (value is not null)
        {
            into[name] = value;
        }
    }

    private static void PutList(JsonObject into, string name, string? values)
    {
        if (values is not null)
        {
            into[name] = new JsonArray([.. values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(value => (JsonNode)value)]);
        }
    }
}
