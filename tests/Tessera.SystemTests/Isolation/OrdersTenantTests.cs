using System.Net;
using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation;

/// <summary>The tenant of a request is the one of its token; naming another changes nothing but the answer's status.</summary>
[Collection(DemoCollection.Name)]
public sealed class OrdersTenantTests(Demo demo)
{
    [Fact]
    public async Task Naming_another_tenant_in_a_header_is_refused_and_logged()
    {
        var acme = await Party.OfDemoAsync(demo, "acme");
        var token = await acme.MachineTokenAsync(demo.Visitor);
        var before = Conflicts(acme);
        using var response = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders", bearer: token, headers: ("X-Tenant-Id", demo.File.Tenant("globex").TenantId));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("tenant_conflict", problem.RootElement.GetProperty("code").GetString());
        for (var tries = 0; Conflicts(acme) == before && tries < 50; tries++)
        {
            await Task.Delay(100); // the log travels through a pipe
        }

        Assert.Equal(before + 1, Conflicts(acme));

        using var agreeing = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders", bearer: token, headers: ("X-Tenant-Id", acme.Tenant.TenantId));
        Assert.Equal(HttpStatusCode.OK, agreeing.StatusCode);
    }

    [Fact]
    public async Task Another_tenants_order_is_no_order()
    {
        var (acme, globex) = (await Party.OfDemoAsync(demo, "acme"), await Party.OfDemoAsync(demo, "globex"));
        var (acmes, globexs) = (await acme.MachineTokenAsync(demo.Visitor), await globex.MachineTokenAsync(demo.Visitor));
        foreach (var id in await OrdersAsync(globexs))
        {
            using var own = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders/{id}", bearer: globexs);
            Assert.Equal(HttpStatusCode.OK, own.StatusCode);
            using var others = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders/{id}", bearer: acmes);
            using var nobodys = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders/{long.MaxValue}", bearer: acmes);
            Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
            Assert.Equal(await nobodys.Content.ReadAsStringAsync(), await others.Content.ReadAsStringAsync());
        }
    }

    private async Task<IReadOnlyList<long>> OrdersAsync(string token)
    {
        using var response = await demo.Visitor.GetAsync($"{demo.File.OrdersApi}/orders", bearer: token);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var ids = json.RootElement.GetProperty("orders").EnumerateArray().Select(order => order.GetProperty("id").GetInt64()).ToList();
        Assert.NotEmpty(ids);
        return ids;
    }

    private int Conflicts(Party party) => demo.Output.Split($"A token of tenant {party.Tenant.TenantId} came with another tenant in header X-Tenant-Id.").Length - 1;
}
