using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>Where a tenant's texts may have got to without anybody asking for them: what is printed, told, exported and kept on disk.</summary>
internal sealed class CanarySearch(Demo demo)
{
    /// <summary>Files that hold every tenant's texts, and why they may.</summary>
    private static readonly Dictionary<string, string> OfAll = new()
    {
        ["control/"] = "the directory, the one place that knows all tenants",
        ["router/directory.feed"] = "the router's copy of it: it must find every tenant's cell with the control plane down",
        ["orders/directory.feed"] = "the SDK's copy of it: it must know every tenant's issuer and keys",
        ["postgres/"] = "the cluster's own files, below the policies; the application's role reads rows and no files",
    };

    private readonly List<string> _searched = [];

    public async Task LookAsync(params (Party Party, string Canary)[] twins)
    {
        Printed(twins);
        await HealthAsync(twins);
        await AuditAsync(twins);
        await FeedAsync(twins);
        await CellRowsAsync(twins);
        Disk(twins);
        TestContext.Current.TestOutputHelper?.WriteLine($"canaries searched in: every answer and its headers; {string.Join("; ", _searched)}");
    }

    // No part's log has any tenant's texts, so no log has another's.
    private void Printed((Party Party, string Canary)[] twins)
    {
        var printed = demo.Output;
        Assert.All(twins, twin => Assert.DoesNotContain(twin.Canary, printed, StringComparison.Ordinal));
        Assert.All(twins, twin => Assert.DoesNotContain(twin.Party.User.Username, printed, StringComparison.Ordinal));
        _searched.Add($"the log of all parts ({printed.Length / 1024} KiB)");
    }

    private async Task HealthAsync((Party Party, string Canary)[] twins)
    {
        string[] origins = [demo.File.AuthHost, demo.File.AdminApi, demo.File.OrdersApi, .. demo.File.Cells.Select(cell => cell.Endpoint)];
        foreach (var origin in origins)
        {
            foreach (var path in new[] { "/health", "/metrics", "/openapi/v1.json" })
            {
                using var response = await demo.Visitor.GetAsync(origin + path);
                AssertHasNone(twins, await response.Content.ReadAsStringAsync());
            }
        }

        _searched.Add($"health, metrics and description of {origins.Length} origins");
    }

    // What is written down about one has nothing of the other in it.
    private async Task AuditAsync((Party Party, string Canary)[] twins)
    {
        var (rows, after) = (0, "0");
        while (true)
        {
            var page = await new Admin(demo).GetAsync($"/audit?limit=200&after={after}");
            foreach (var entry in page.GetProperty("entries").EnumerateArray())
            {
                rows += AssertOfOne(twins, entry);
            }

            if (!page.TryGetProperty("next", out var next) || next.ValueKind != JsonValueKind.Number)
            {
                break;
            }

            after = next.GetRawText();
        }

        Assert.True(rows >= 2 * twins.Length, $"Only {rows} audit rows are the twins'.");
        _searched.Add($"the directory's audit export ({rows} rows of the two)");
    }

    private async Task FeedAsync((Party Party, string Canary)[] twins)
    {
        using var state = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(demo.Folder, "up.json")));
        var key = state.RootElement.GetProperty("feedKey").GetString()!;
        var (after, entries) = (0L, 0);
        while (true)
        {
            using var response = await demo.Visitor.GetAsync($"{demo.File.AdminApi}/feed?after={after}", bearer: key);
            var page = JsonDocument.Parse(WebEncoders.Base64UrlDecode((await response.Content.ReadAsStringAsync()).Split('.')[1])).RootElement;
            foreach (var entry in page.GetProperty("tenants").EnumerateArray().Concat(page.GetProperty("revocations").EnumerateArray()))
            {
                entries += AssertOfOne(twins, entry);
            }

            after = page.GetProperty("revision").GetInt64();
            if (!page.GetProperty("has_more").GetBoolean())
            {
                break;
            }
        }

        Assert.True(entries >= twins.Length);
        _searched.Add($"the feed, page by page ({entries} entries of the two)");
    }

    // Read realm by realm as the cell does: accounts, clients, audit and tickets of one have nothing of the other.
    private async Task CellRowsAsync((Party Party, string Canary)[] twins)
    {
        var rows = 0;
        foreach (var (party, canary) in twins)
        {
            await using var db = new CellFiles(demo).Open(party);
            var all = new List<object>();
            all.AddRange(await db.Realms.AsNoTracking().ToListAsync());
            all.AddRange(await db.Accounts.AsNoTracking().ToListAsync());
            all.AddRange(await db.Clients.AsNoTracking().ToListAsync());
            all.AddRange(await db.Sessions.AsNoTracking().ToListAsync());
            all.AddRange(await db.Audit.AsNoTracking().ToListAsync());
            all.AddRange(await db.Grants.AsNoTracking().ToListAsync());
            all.AddRange(await db.Tokens.AsNoTracking().ToListAsync());
            var text = string.Join('\n', all.Select(Write));
            Assert.Contains(canary, text, StringComparison.Ordinal);
            AssertHasNone([.. twins.Where(twin => twin.Party != party)], text);
            rows += all.Count;
        }

        _searched.Add($"{rows} rows of their realms, audit among them");
    }

    // Every file of the demo. A cell has nothing of a tenant that lives in another.
    private void Disk((Party Party, string Canary)[] twins)
    {
        var files = 0;
        foreach (var file in Directory.EnumerateFiles(demo.Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }))
        {
            var name = Path.GetRelativePath(demo.Folder, file).Replace('\\', '/');
            if (OfAll.Keys.Any(known => name.StartsWith(known, StringComparison.Ordinal)) || Read(file) is not { } content)
            {
                continue;
            }

            files++;
            foreach (var (party, _) in twins.Where(twin => content.Contains(twin.Canary, StringComparison.Ordinal)))
            {
                Assert.StartsWith($"cells/{party.Cell.CellId}/cell.db", name, StringComparison.Ordinal);
            }
        }

        Assert.True(files >= 10);
        _searched.Add($"{files} files on disk, of which the stores of their own cells alone have any; left out are {string.Join(", ", OfAll.Select(file => $"{file.Key} ({file.Value})"))}");
    }

    private static int AssertOfOne((Party Party, string Canary)[] twins, JsonElement entry)
    {
        var text = entry.GetRawText();
        var owners = twins.Where(twin => entry.TryGetProperty("tenant_id", out var id) && id.GetString() == twin.Party.Tenant.TenantId).ToList();
        AssertHasNone([.. twins.Except(owners)], text);
        return owners.Count;
    }

    private static void AssertHasNone((Party Party, string Canary)[] twins, string text) =>
        Assert.All(twins, twin => Assert.DoesNotContain(twin.Canary, text, StringComparison.Ordinal));

    private static string Write(object row) => JsonSerializer.Serialize(
        row.GetType().GetProperties().Where(property => property.PropertyType.IsValueType || property.PropertyType == typeof(string)).ToDictionary(property => property.Name, property => property.GetValue(row)?.ToString()));

    // A file that is gone again, or held by its owner alone, is nobody's to read.
    private static string? Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
