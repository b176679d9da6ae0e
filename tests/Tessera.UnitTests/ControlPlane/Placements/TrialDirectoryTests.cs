using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.ControlPlane.Trials;

namespace Tessera.UnitTests.ControlPlane.Placements;

/// <summary>A directory filled for trials is one like any other, and the same again makes nothing twice.</summary>
public sealed class TrialDirectoryTests
{
    private static readonly TrialPlan Plan = new(Seed: 3, Cells: 3, PerCell: 20, "localhost:8400");

    [Fact]
    public async Task Cells_and_tenants_are_told_counted_and_taken()
    {
        await using var control = await ControlHost.StartAsync(Stores.Postgres);
        Assert.Equal(60, await FillAsync(control, Plan));

        var page = await control.FeedAsync();
        Assert.Equal((3, 3, 60), (page.Cells.Count, page.Pools.Count, page.Tenants.Count));
        Assert.All(page.Tenants, tenant => Assert.Single(tenant.Clients));
        Assert.Equal(60, page.Tenants.Select(tenant => tenant.Realm).Distinct().Count());
        Assert.Empty((await control.SendAsync(HttpMethod.Post, "/cells/recount")).Body!["corrected"]!.AsArray());
        Assert.All((await control.GetAsync("/cells")).Body!["cells"]!.AsArray(), cell => Assert.Equal(("closed", 20), ((string?)cell!["state"], (int)cell["tenants"]!)));
        await control.JoinAsync();
        Assert.Equal("slug_taken", (await control.OnboardAsync(TrialPlan.SlugOf(3, 59))).Code);
        Assert.Equal(HttpStatusCode.Created, (await control.OnboardAsync("acme")).Status);
    }

    [Fact]
    public async Task One_that_was_stopped_goes_on_and_gives_the_same()
    {
        await using var control = await ControlHost.StartAsync(Stores.Postgres);
        Assert.Equal(20, await FillAsync(control, Plan with { Cells = 1 }));
        Assert.Equal(40, await FillAsync(control, Plan));
        Assert.Equal(0, await FillAsync(control, Plan));
        await using var other = await ControlHost.StartAsync(Stores.Postgres);
        await FillAsync(other, Plan);
        Assert.Equal(await TenantsAsync(control), await TenantsAsync(other));
        await FillAsync(other, Plan with { Seed = 4, Cells = 1 });
        Assert.Equal(80, (await TenantsAsync(other)).Distinct().Count());
    }

    private static Task<int> FillAsync(ControlHost control, TrialPlan plan) =>
        TrialDirectory.FillAsync(control.Postgres!.Value.Runtime, plan, _ => { }, TestContext.Current.CancellationToken);

    private static async Task<List<string>> TenantsAsync(ControlHost control) =>
        [.. (await control.FeedAsync()).Tenants.Select(tenant => JsonSerializer.Serialize(new JsonArray($"{tenant.TenantId}", $"{tenant.Slug}", $"{tenant.Realm}", $"{tenant.Clients[0]}")))];
}
