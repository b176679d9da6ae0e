using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Faults;

/// <summary>An import that is killed, and one whose control plane is, ends as if nothing had happened: every line once, every bad one told.</summary>
[Collection(FaultCollection.Name)]
public sealed class ImportCrashTests(Deployments deployments, ITestOutputHelper output)
{
    private const int Tenants = 300;
    private const int PerTenant = 5;
    private const string Bcrypt = "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC"; // of the alphabet

    [Theory]
    [InlineData("PostgreSQL")]
    [InlineData("SQLite")]
    public async Task Killed_in_the_middle_and_run_again_it_has_made_every_line_once(string store)
    {
        var at = deployments.On(store);
        var folder = Directory.CreateTempSubdirectory("tessera-import-").FullName;
        var prefix = $"i{Guid.NewGuid():N}"[..10];
        var (tenants, users) = (Path.Combine(folder, "tenants.csv"), Path.Combine(folder, "users.csv"));
        var bad = await WriteAsync(prefix, tenants, users);

        await KillWhenAsync(at, tenants, users, tenants, lines: 1);
        await using (var second = Start(at, tenants, users))
        {
            // This time the control plane goes, in the middle of a call, and comes back.
            await UntilAsync(second, tenants, lines: 2);
            await at.Control.KillAsync();
            await at.Control.StartAsync();
            await UntilAsync(second, users, lines: 2);
            await second.KillAsync();
        }

        var (summary, _) = await RunAsync(at, tenants, users);
        Check(summary.GetProperty("tenants"), Tenants, bad.Tenants.Count);
        Check(summary.GetProperty("users"), Tenants * PerTenant, bad.Users.Count);
        Assert.Equal(bad.Tenants, await RejectedAsync(tenants));
        Assert.Equal(bad.Users, await RejectedAsync(users));
        Assert.DoesNotContain("$2a$", await File.ReadAllTextAsync($"{users}.rejects.csv"), StringComparison.Ordinal);

        var there = (await at.Admin.AllAsync("/tenants", "tenants")).Where(tenant => tenant.GetProperty("slug").GetString()!.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        Assert.Equal(Enumerable.Range(0, Tenants).Select(i => Slug(prefix, i)).Order(), there.Select(tenant => tenant.GetProperty("slug").GetString()!).Order());
        foreach (var tenant in there.Where((_, i) => i % 30 == 0))
        {
            var made = await at.Admin.AllAsync($"/tenants/{tenant.GetProperty("tenant_id").GetString()}/users", "accounts");
            Assert.Equal(Enumerable.Range(0, PerTenant).Select(i => $"user{i}@example.com"), made.Select(user => user.GetProperty("username").GetString()!).Order());
        }

        var (again, _) = await RunAsync(at, tenants, users);
        Check(again.GetProperty("users"), Tenants * PerTenant, bad.Users.Count);
        output.WriteLine($"{store}: {summary}");
        Directory.Delete(folder, recursive: true);
    }

    // Made by whichever run, found made by the next: together each good line once.
    private static void Check(JsonElement summary, int good, int bad)
    {
        Assert.Equal(good, summary.GetProperty("made").GetInt32() + summary.GetProperty("present").GetInt32());
        Assert.Equal(bad, summary.GetProperty("rejected").GetInt32());
        Assert.Equal(good + bad, summary.GetProperty("lines").GetInt32());
    }

    private static async Task KillWhenAsync(Deployment at, string tenants, string users, string file, int lines)
    {
        await using var first = Start(at, tenants, users);
        await UntilAsync(first, file, lines);
        await first.KillAsync();
    }

    private static async Task<(JsonElement Summary, string Errors)> RunAsync(Deployment at, string tenants, string users)
    {
        await using var run = Start(at, tenants, users);
        Assert.True(await run.ExitAsync() == 0, run.Output);
        var from = run.Output.IndexOf("{\n", StringComparison.Ordinal);
        return (JsonDocument.Parse(run.Output[from..(run.Output.LastIndexOf('}') + 1)]).RootElement.Clone(), run.Errors);
    }

    private static TesseraProcess Start(Deployment at, string tenants, string users) => TesseraProcess.Start(
        "tenants", "import", tenants, "--users", users, "--api", at.Control.Origin, "--key-file", at.AdminKeyFile, "--json");

    // The journal has its head, and so many batches.
    private static async Task UntilAsync(TesseraProcess run, string file, int lines)
    {
        var journal = $"{file}.import.jsonl";
        for (var waited = 0; !File.Exists(journal) || Count(journal) < lines; waited++)
        {
            Assert.False(run.HasExited && waited > 10, run.Output);
            await Task.Delay(10);
        }
    }

    // By another program: the command holds its journal for itself, and .NET would ask for a lock to read it.
    private static int Count(string journal)
    {
        using var count = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("wc", ["-l", journal]) { RedirectStandardOutput = true })!;
        return int.Parse(count.StandardOutput.ReadToEnd().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<List<int>> RejectedAsync(string file) =>
        [.. (await File.ReadAllLinesAsync($"{file}.rejects.csv")).Skip(1).Select(line => int.Parse(line.Split(',')[0], System.Globalization.CultureInfo.InvariantCulture))];

    private static string Slug(string prefix, int i) => $"{prefix}-{i}";

    // Every tenth of a hundred is bad: thirty lines together.
    private static async Task<(List<int> Tenants, List<int> Users)> WriteAsync(string prefix, string tenants, string users)
    {
        var bad = (Tenants: new List<int>(), Users: new List<int>());
        var lines = new List<string> { "slug,pattern,cell,redirect_uris" };
        for (var i = 0; i < Tenants; i++)
        {
            if (i % 20 == 7)
            {
                lines.Add($"{prefix}-bad-{i},hybrid,eu-1,ftp://nowhere");
                bad.Tenants.Add(lines.Count);
            }

            lines.Add($"{Slug(prefix, i)},{(i % 50 == 0 ? "dedicated" : "hybrid")},eu-1,{Deployment.RedirectUri}");
        }

        await File.WriteAllLinesAsync(tenants, lines);
        lines = ["tenant,cognito:username,email,password_hash"];
        for (var i = 0; i < Tenants * PerTenant; i++)
        {
            if (i % 100 == 33)
            {
                lines.Add($"{Slug(prefix, i / PerTenant)},bad{i}@example.com,bad{i}@example.com,$2a$31${Bcrypt[7..]}");
                bad.Users.Add(lines.Count);
            }

            lines.Add($"{Slug(prefix, i / PerTenant)},user{i % PerTenant}@example.com,user@example.com,{Bcrypt}");
        }

        await File.WriteAllLinesAsync(users, lines);
        return bad;
    }
}
