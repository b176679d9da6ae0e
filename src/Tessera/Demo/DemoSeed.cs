using System.Text.Json.Nodes;
using Tessera.Up;

namespace Tessera.Demo;

/// <summary>
/// Fills an empty store with the demo, through the APIs everyone uses. A start that is killed on the way is taken up
/// again by slug; a store that held tenants before is left alone.
/// </summary>
internal sealed class DemoSeed(Place place, UpState state, AdminApi admin, HttpClient http)
{
    public async Task<DemoFile> BringAboutAsync(string adminKey, bool hasOrders, CancellationToken stop)
    {
        if (state.IsDemo is null)
        {
            state.IsDemo = (await admin.GetAsync("/tenants?limit=1", stop))["tenants"]!.AsArray().Count == 0;
            state.Save(place);
        }

        if (state is { IsDemo: true, IsSeeded: false })
        {
            await new SharedRealmSeed(place, state, admin).BringAboutAsync(stop);
        }

        var tenants = new List<DemoTenant>();
        var users = new List<DemoUser>();
        foreach (var plan in state.IsDemo.Value ? DemoPlan.All : [])
        {
            var seeded = state.Tenants.TryGetValue(plan.Slug, out var begun) ? begun : state.Tenants[plan.Slug] = new SeededTenant();
            if (await FindOrMakeAsync(plan, seeded, stop) is not { } tenant)
            {
                continue;
            }

            tenants.Add(Describe(plan, seeded, tenant));
            users.AddRange(plan.Users.Select(user => new DemoUser(plan.Slug, user, seeded.Passwords[user], seeded.Subs[user])));
        }

        if (hasOrders)
        {
            await new OrderSeed(place, http).PlaceAsync(tenants, stop);
        }

        state.IsSeeded = true;
        state.Save(place);
        var cells = Cells.All.Select(cell => new DemoCell(cell.Id, cell.Region, place.Cell(cell.Number)));
        return new DemoFile(place.AuthHost, place.ControlPlane, adminKey, hasOrders ? place.Orders : null, [.. cells], tenants, users);
    }

    // Null for a tenant that was deleted since: it is not made again.
    private async Task<JsonNode?> FindOrMakeAsync(DemoPlan plan, SeededTenant seeded, CancellationToken stop)
    {
        var found = (await admin.GetAsync($"/tenants?slug={plan.Slug}", stop))["tenants"]!.AsArray().FirstOrDefault();
        if (state.IsSeeded)
        {
            return found;
        }

        var steps = new TenantSeed(place, state, admin, plan, seeded);
        var tenant = found ?? await steps.OnboardAsync(stop);
        await steps.CompleteAsync(tenant, stop);
        return tenant;
    }

    private DemoTenant Describe(DemoPlan plan, SeededTenant seeded, JsonNode tenant)
    {
        var signInHost = tenant["sign_in_host"]!.GetValue<string>();
        SeededClients clients = plan.IsShared ? state.SharedRealm! : seeded;
        return new DemoTenant(
            tenant["tenant_id"]!.GetValue<string>(),
            plan.Slug,
            tenant["pattern"]!.GetValue<string>(),
            tenant["cell"]!.GetValue<string>(),
            tenant["realm"]!.GetValue<string>(),
            clients.ClientId!,
            ClientSecret: null,
            $"{place.Orders}/callback",
            signInHost.Contains("://", StringComparison.Ordinal) ? signInHost : $"http://{signInHost}",
            clients.MachineClientId!,
            clients.MachineClientSecret!);
    }
}
