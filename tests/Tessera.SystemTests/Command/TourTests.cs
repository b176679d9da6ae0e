using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Command;

/// <summary><c>tessera tour</c> on the running demo.</summary>
[Collection(DemoCollection.Name)]
public sealed class TourTests(Demo demo, ITestOutputHelper output)
{
    [Fact]
    public async Task It_shows_everything_in_under_a_minute_and_leaves_nothing_behind()
    {
        var before = await TenantsAsync();
        await using var tour = TesseraProcess.Start(["tour", "--data", demo.Folder, "--json"]);
        Assert.Equal(0, await tour.ExitAsync());
        using var record = JsonDocument.Parse(tour.Output[tour.Output.IndexOf('{', StringComparison.Ordinal)..]);
        var sights = record.RootElement.GetProperty("sights").EnumerateArray().ToList();
        Assert.All(sights, sight => Assert.True(sight.GetProperty("as_promised").GetBoolean(), sight.ToString()));
        Assert.True(sights.Count >= 25, $"Only {sights.Count} things were shown.");
        Assert.True(record.RootElement.GetProperty("refused").GetInt32() >= 10);
        var seconds = record.RootElement.GetProperty("seconds").GetDouble();
        output.WriteLine($"the tour showed {sights.Count} things in {seconds} s");
        Assert.True(seconds < 60, $"It took {seconds} s.");
        Assert.Equal(before, await TenantsAsync());
    }

    [Fact]
    public async Task Where_no_demo_is_it_says_how_to_start_one()
    {
        await using var tour = TesseraProcess.Start(["tour", "--data", Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString())]);
        Assert.Equal(1, await tour.ExitAsync());
        Assert.Contains("tessera up", tour.Output, StringComparison.Ordinal);
    }

    private async Task<List<string?>> TenantsAsync() =>
        [.. (await new AdminApi(demo.Visitor, demo.File.AdminApi, demo.File.AdminKey).AllAsync("/tenants", "tenants"))
            .Select(tenant => tenant.GetProperty("slug").GetString()).Where(slug => slug!.StartsWith("tour-", StringComparison.Ordinal))];
}
