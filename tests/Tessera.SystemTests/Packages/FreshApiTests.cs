using System.Net;
using System.Text.Json;
using Tessera.SystemTests.Isolation;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Packages;

/// <summary>A newcomer's API, made of nothing but the packages and the lines of <c>docs/protect-an-api.md</c>.</summary>
[Collection(DemoCollection.Name)]
public sealed class FreshApiTests(PackageFolder packages, Demo demo) : IClassFixture<PackageFolder>
{
    private const int Most = 20;

    [Fact]
    public async Task A_fresh_webapi_is_protected_in_under_20_added_lines_and_starts_with_no_endpoint_undeclared()
    {
        var victim = await new NewTenant("fresh-victim", "eu-1", "freshcanary").MakeAsync(demo);
        var acme = await Party.OfDemoAsync(demo, "acme");
        await using var api = new FreshApi(packages, demo);
        await api.MakeAsync();
        Assert.InRange(api.AddedLines, 1, Most - 1);
        TestContext.Current.TestOutputHelper!.WriteLine($"{api.AddedLines} added lines");
        await api.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("/weatherforecast"));
        Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("/tenant"));
        Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("/tenant", "eyJhbGciOiJub25lIn0.e30."));

        var (acmes, victims) = (await acme.MachineTokenAsync(demo.Visitor), await victim.MachineTokenAsync(demo.Visitor));
        Assert.Equal(acme.Tenant.TenantId, await TenantAsync(api, acmes));
        Assert.Equal(victim.Tenant.TenantId, await TenantAsync(api, victims));
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("/weatherforecast", acmes));

        Assert.Equal(HttpStatusCode.BadRequest, await api.StatusAsync("/tenant", acmes, ("X-Tenant-Id", victim.Tenant.TenantId)));
        Assert.Equal(HttpStatusCode.BadRequest, await api.StatusAsync($"/weatherforecast?tenant_id={victim.Tenant.TenantId}", acmes));

        await new Admin(demo).PostAsync($"/tenants/{victim.Tenant.TenantId}/suspend", new { });
        for (var tries = 0; tries < 50 && await api.StatusAsync("/tenant", victims) == HttpStatusCode.OK; tries++)
        {
            await Task.Delay(100); // the feed's next page
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await api.StatusAsync("/tenant", victims));
        Assert.Equal(HttpStatusCode.OK, await api.StatusAsync("/tenant", acmes));

        await api.StopAsync();
        await api.AddToProgramAsync("""app.MapGet("/undeclared", () => 1);""");
        await api.BuildAsync();
        var (code, output) = await api.RunToEndAsync();
        Assert.NotEqual(0, code);
        Assert.Contains("/undeclared", output, StringComparison.Ordinal);
    }

    private async Task<string?> TenantAsync(FreshApi api, string token)
    {
        using var response = await demo.Visitor.GetAsync($"{api.Origin}/tenant", bearer: token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonSerializer.Deserialize<string>(await response.Content.ReadAsStringAsync());
    }
}
