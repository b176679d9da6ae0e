using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.AdminKeys;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Input;
using Tessera.ControlPlane.Promotions;
using Tessera.ControlPlane.Store;
using Tessera.ControlPlane.Tenants;

namespace Tessera.UnitTests.ControlPlane;

/// <summary>A promotion that does not come through leaves the tenant shared as before, wherever it stopped.</summary>
public sealed class PromotionUndoTests
{
    public static TheoryData<string, string> Steps
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var store in Stores.All)
            {
                foreach (var step in new[] { "realm", "client", "fork" })
                {
                    data.Add(store.Data, step);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Steps))]
    public async Task One_that_the_cell_refuses_at_a_step_leaves_the_tenant_shared_as_before(string store, string step)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var (tenant, realm) = await PromotionTests.SharedAsync(control);
        cell.Fault = call => Task.FromResult<int?>(IsStep(call, step) ? 500 : null);

        Assert.Equal("cell_refused", (await control.PromoteAsync(tenant)).Code);

        await AssertUndoneAsync(control, cell, tenant, realm);
        cell.Fault = _ => Task.FromResult<int?>(null);
        Assert.Equal(HttpStatusCode.OK, (await control.PromoteAsync(tenant)).Status); // the same names are free again
    }

    [Theory, MemberData(nameof(Steps))]
    public async Task One_whose_cell_did_a_step_but_is_not_heard_of_again_is_undone_when_it_is_back(string store, string step)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var (tenant, realm) = await PromotionTests.SharedAsync(control);
        cell.LostAnswer = call => IsStep(call, step) ? 503 : null;
        cell.Fault = call => Task.FromResult<int?>(call.StartsWith("DELETE", StringComparison.Ordinal) ? 503 : null);

        Assert.Equal("cell_unreachable", (await control.PromoteAsync(tenant)).Code);
        Assert.Equal(2, cell.Realms.Count);
        Assert.Equal("promotion_in_progress", (await control.PromoteAsync(tenant)).Code);
        Assert.Equal("promotion_in_progress", (await control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/users", new { username = "bob", password = "correct horse" })).Code);

        (cell.LostAnswer, cell.Fault) = (_ => null, _ => Task.FromResult<int?>(null));
        await control.RestartAsync(TimeSpan.FromSeconds(61));
        await ControlHost.EventuallyAsync(async () => cell.Realms.Count == 1 && await PromotionsAsync(control) == 0);
        await AssertUndoneAsync(control, cell, tenant, realm);
        Assert.Equal(HttpStatusCode.OK, (await control.PromoteAsync(tenant)).Status);
    }

    [Theory, MemberData(nameof(Steps))]
    public async Task One_killed_after_a_step_is_undone_by_the_next_process(string store, string step)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var (tenant, realm) = await PromotionTests.SharedAsync(control);
        await RunUpToAsync(control, tenant, step);

        await control.RestartAsync(TimeSpan.Zero); // not yet due: its process might be another one's
        var sub = cell.Members.Single(entry => entry.Key.Tenant == tenant).Key.Sub;
        Assert.Equal("promotion_in_progress", (await control.SendAsync(HttpMethod.Patch, $"/tenants/{tenant}/users/{sub}", new { enabled = false })).Code);
        Assert.Equal("promotion_in_progress", (await control.SendAsync(HttpMethod.Delete, $"/tenants/{tenant}/users/{sub}")).Code);
        Assert.Equal(HttpStatusCode.OK, (await control.GetAsync($"/tenants/{tenant}/users")).Status);

        await control.RestartAsync(TimeSpan.FromSeconds(61));
        await ControlHost.EventuallyAsync(async () => cell.Realms.Count == 1 && await PromotionsAsync(control) == 0);
        await AssertUndoneAsync(control, cell, tenant, realm);
        Assert.Equal(HttpStatusCode.OK, (await control.SendAsync(HttpMethod.Patch, $"/tenants/{tenant}/users/{sub}", new { enabled = false })).Status);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task One_that_outlives_its_deadline_does_not_come_true(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var (tenant, realm) = await PromotionTests.SharedAsync(control);
        cell.Fault = async call =>
        {
            if (IsStep(call, "fork"))
            {
                await UndoAsync(control, tenant); // the undoing begins while the fork is on its way
            }

            return call.StartsWith("DELETE", StringComparison.Ordinal) ? 503 : null;
        };

        Assert.Equal("making_expired", (await control.PromoteAsync(tenant)).Code);
        Assert.Equal("shared", (string?)(await control.GetAsync($"/tenants/{tenant}")).Body!["pattern"]);

        cell.Fault = _ => Task.FromResult<int?>(null);
        await control.RestartAsync(TimeSpan.FromSeconds(61));
        await ControlHost.EventuallyAsync(async () => cell.Realms.Count == 1 && await PromotionsAsync(control) == 0);
        await AssertUndoneAsync(control, cell, tenant, realm);
    }

    private static bool IsStep(string call, string step) => step switch
    {
        "realm" => call.StartsWith("PUT /cell/realms/", StringComparison.Ordinal) && call.Count(c => c == '/') == 3,
        "client" => call.StartsWith("PUT ", StringComparison.Ordinal) && call.Contains("/clients/", StringComparison.Ordinal),
        _ => call.EndsWith("/fork", StringComparison.Ordinal),
    };

    private static Task<int> PromotionsAsync(ControlHost control) => control.Services.GetRequiredService<DirectoryStore>().ReadAsync(
        DirectoryScope.All, db => db.Promotions.CountAsync(), TestContext.Current.CancellationToken);


    // As the worker would, once the promotion's time is over.
    private static async Task UndoAsync(ControlHost control, string tenant)
    {
        var duties = await control.Services.GetRequiredService<DirectoryStore>().ReadAsync(
            DirectoryScope.All, db => db.Duties.ToListAsync(), TestContext.Current.CancellationToken);
        await control.Services.GetRequiredService<Tessera.ControlPlane.Duties.Settlement>().SettleNowAsync(duties.Single(row => row.TenantId.ToString() == tenant).DutyId);
    }

    // What a process does before it is killed: the claim, and the cell's work up to and with the step.
    private static async Task RunUpToAsync(ControlHost control, string tenant, string step)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var placed = ((Tessera.ControlPlane.Outcome<PlacedTenant>.Done)await control.Services.GetRequiredService<TenantFinder>().FindAsync(tenant, cancellation)).Value;
        var check = new Check();
        var plan = PromotionPlan.Read(
            check, new PromotionRequest(new("c", "public", ["https://a.example/cb"])), placed.Tenant.Slug, control.Services.GetRequiredService<Issuers>());
        Assert.Null(check.Fault);
        var caller = new Caller("test", [], null, null);
        var claim = Assert.IsType<Tessera.ControlPlane.Outcome<TenantPromotion.Claimed>.Done>(
            await control.Services.GetRequiredService<TenantPromotion>().ClaimAsync(placed, plan, caller, cancellation)).Value;
        var (row, cells) = (claim.Promotion, control.Services.GetRequiredService<Provisioning>());
        await cells.PutRealmAsync(claim.Door, new RealmSpec(
            row.RealmId, placed.Tenant.PoolId, "x", row.SignInHost, TenantState.Active, row.Epoch, row.TenantId), cancellation);
        if (step != "realm")
        {
            await cells.PutClientAsync(claim.Door, placed.Tenant.PoolId, row.RealmId, row.TenantId, plan.Client.Spec, cancellation);
        }

        if (step == "fork")
        {
            Assert.IsType<Tessera.ControlPlane.Outcome<Forked>.Done>(await cells.ForkAsync(claim.Door, row.RealmId, row.TenantId, claim.Shared, cancellation));
        }
    }

    private static async Task AssertUndoneAsync(ControlHost control, TestCell cell, string tenant, string shared)
    {
        Assert.Equal(shared, Assert.Single(cell.Realms).Key);
        Assert.Single(cell.Clients);
        var view = (await control.GetAsync($"/tenants/{tenant}")).Body!;
        Assert.Equal(("shared", shared, "together.localhost:8400", 1), ((string?)view["pattern"], (string?)view["realm"], (string?)view["sign_in_host"], (int)view["epoch"]!));
        Assert.Empty(view["clients"]!.AsArray());
        var entry = (await control.FeedAsync()).Tenants.Single(entry => entry.TenantId.ToString() == tenant);
        Assert.Equal((Pattern.Shared, shared, 0), (entry.Pattern, entry.Realm.Value, entry.Clients.Count));
        var names = await control.Services.GetRequiredService<DirectoryStore>().ReadAsync(
            DirectoryScope.All, db => db.Names.Where(row => row.TenantId != null).Select(row => row.Kind).ToListAsync(), TestContext.Current.CancellationToken);
        Assert.Equal([NameKind.Slug], names);
        Assert.Single(cell.SharedTenants, known => known.Key.Tenant == tenant);
    }
}
