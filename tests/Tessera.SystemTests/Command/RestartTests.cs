using System.Diagnostics;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Command;

/// <summary><c>tessera up</c> started, stopped, killed and started again.</summary>
[Collection(CommandCollection.Name)]
public sealed class RestartTests(ITestOutputHelper output)
{
    [Fact]
    public async Task It_stops_cleanly_and_a_second_start_finds_everything_as_it_was()
    {
        await using var runs = new Runs();
        var first = await runs.ReadyAsync();
        var (demo, tenants, orders) = (runs.DemoText, await runs.TenantsAsync(), await runs.OrdersAsync("acme"));
        Assert.True(runs.Processes().Count > 1, "The private PostgreSQL was not seen.");
        Assert.Equal(0, await first.StopAsync());
        Assert.Empty(runs.Processes());

        var second = await runs.ReadyAsync();
        Assert.Equal(demo, runs.DemoText);
        Assert.Equal(tenants.Select(tenant => tenant.GetRawText()), (await runs.TenantsAsync()).Select(tenant => tenant.GetRawText()));
        Assert.Equal(orders, await runs.OrdersAsync("acme"));
        await runs.AdaSignsInAsync();
        Assert.Equal(0, await second.InterruptAsync());
        Assert.Empty(runs.Processes());
    }

    [Fact]
    public async Task Killed_while_it_seeds_it_completes_the_demo_at_the_next_start()
    {
        await using var runs = new Runs();
        foreach (var moment in new[] { "\"acme\"", "\"machineClientSecret\": \"", "\"globex\"" })
        {
            var killed = runs.Begin();
            await UntilWrittenAsync(runs, moment);
            await killed.KillAsync();
            Assert.False(File.Exists(Path.Combine(runs.Folder, "demo.json")), $"{moment} came after the seeding.");
        }

        var completing = Stopwatch.StartNew();
        var last = await runs.ReadyAsync();
        output.WriteLine($"killed three times while seeding; the fourth start was ready after {completing.Elapsed.TotalSeconds:F1} s");
        Assert.Equal(["acme", "globex", "hooli", "initech", "umbrella"], (await runs.TenantsAsync()).Select(tenant => tenant.GetProperty("slug").GetString()!).Order());
        Assert.All(await runs.TenantsAsync(), tenant => Assert.Equal(tenant.GetProperty("pattern").GetString() == "shared" ? 0 : 2, tenant.GetProperty("clients").GetArrayLength()));
        await runs.AdaSignsInAsync();
        Assert.Equal(3, await runs.OrdersAsync("acme"));
        Assert.Equal(0, await last.StopAsync());
        Assert.Empty(runs.Processes());
    }

    [Fact]
    public async Task On_a_PostgreSQL_server_it_starts_signs_in_and_starts_again()
    {
        string[] databases = ["tessera_directory", "tessera_orders", "tessera_cell_eu_1", "tessera_cell_us_1"];
        await TestPostgres.DropAsync(databases);
        await using var runs = new Runs();
        try
        {
            var first = await runs.ReadyAsync("--postgres", TestPostgres.Administrator);
            var (demo, tenants) = (runs.DemoText, await runs.TenantsAsync());
            Assert.Equal(5, tenants.Count);
            await runs.AdaSignsInAsync();
            Assert.Equal(0, await first.StopAsync());

            var second = await runs.ReadyAsync("--postgres", TestPostgres.Administrator);
            Assert.Equal(demo, runs.DemoText);
            await runs.AdaSignsInAsync();
            Assert.Equal(0, await second.StopAsync());
            Assert.Empty(Directory.EnumerateFiles(runs.Folder, "*.db", SearchOption.AllDirectories));
        }
        finally
        {
            await TestPostgres.DropAsync(databases);
        }
    }

    private static async Task UntilWrittenAsync(Runs runs, string text)
    {
        var state = Path.Combine(runs.Folder, "up.json");
        for (var waiting = Stopwatch.StartNew(); !File.Exists(state) || !(await File.ReadAllTextAsync(state)).Contains(text, StringComparison.Ordinal);)
        {
            Assert.True(waiting.Elapsed < TimeSpan.FromMinutes(1), $"{text} was not written.");
            await Task.Delay(5);
        }
    }
}
