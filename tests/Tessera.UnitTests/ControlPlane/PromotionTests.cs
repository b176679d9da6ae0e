using System.Net;
using Tessera.Contracts.Routing;

namespace Tessera.UnitTests.ControlPlane;

public sealed class PromotionTests
{
    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_shared_tenant_gets_a_realm_of_its_own_in_place_and_keeps_the_shared_one(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var shared = await control.SharedRealmAsync();
        var tenant = await control.SharedTenantAsync("initech");
        var bystander = await control.SharedTenantAsync("hooli");
        var revision = (await control.FeedAsync()).Revision;

        var answer = await control.PromoteAsync(tenant);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var view = answer.Body!["tenant"]!;
        var realm = (string)view["realm"]!;
        Assert.Equal(("hybrid", "initech.localhost:8400", $"http://localhost:8400/{realm}"), ((string?)view["pattern"], (string?)view["sign_in_host"], (string?)view["issuer"]));
        foreach (var member in new[] { "pool", "cell" })
        {
            Assert.Equal((string?)shared[member], (string?)view[member]);
        }

        Assert.Equal((2, (string?)shared["realm"], 1), ((int)view["epoch"]!, (string?)view["shared_realm"], (int)answer.Body["accounts"]!));
        Assert.Equal(43, ((string)answer.Body["client"]!["client_secret"]!).Length);
        var spec = cell.Realms[realm];
        Assert.Equal((tenant, 2L, TenantState.Active), (spec.TenantId.ToString(), spec.Epoch, spec.State));
        var ada = Assert.Single(cell.Members, entry => entry.Key.Tenant == tenant).Key.Sub;
        Assert.True(cell.Accounts.ContainsKey((realm, ada)));

        // One change tells it whole.
        var page = await control.FeedAsync(revision);
        var entry = Assert.Single(page.Tenants);
        Assert.Equal((Pattern.Hybrid, realm, (string?)shared["realm"], 2L), (entry.Pattern, entry.Realm.Value, entry.SharedRealm?.Value, entry.Epoch));
        Assert.Equal((string?)answer.Body["client"]!["client_id"], Assert.Single(entry.Clients).Value);
        Assert.Equal("shared", (string?)(await control.GetAsync($"/tenants/{bystander}")).Body!["pattern"]);
        Assert.Equal("tenant_not_shared", (await control.PromoteAsync(tenant)).Code);
        Assert.Equal(2, (int)(await control.GetAsync($"/shared-realms/{shared["realm"]}")).Body!["tenants"]!);
        Assert.Equal(HttpStatusCode.Created, (await control.SendAsync(
            HttpMethod.Post, $"/tenants/{tenant}/clients", new { type = "public", redirect_uris = new[] { "https://b.example/cb" } })).Status);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_bad_or_untimely_promotion_is_refused_and_claims_nothing(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        await control.JoinAsync();
        await control.SharedRealmAsync();
        var tenant = await control.SharedTenantAsync("initech");
        var taken = ControlHost.Onboarding("acme");
        taken["host"] = "login.acme.example";
        await control.SendAsync(HttpMethod.Post, "/tenants", taken);
        async Task<(string?, string?)> RefusedAsync(Action<System.Text.Json.Nodes.JsonObject> spoil)
        {
            var request = ControlHost.Promotion();
            spoil(request);
            var refused = await control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/promote", request);
            return (refused.Code, refused.Field);
        }

        Assert.Equal(("value_required", "client"), await RefusedAsync(o => o.Remove("client")));
        Assert.Equal(("host_taken", "host"), await RefusedAsync(o => o["host"] = "login.acme.example"));
        Assert.Equal(("host_reserved", "host"), await RefusedAsync(o => o["host"] = "hooli.localhost:8400"));
        Assert.Equal(("value_invalid", "email_domains[0]"), await RefusedAsync(o => o["email_domains"] = new System.Text.Json.Nodes.JsonArray("gmail.com")));
        Assert.Equal("tenant_not_found", (await control.PromoteAsync(Guid.CreateVersion7().ToString())).Code);
        await control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/suspend");
        Assert.Equal("tenant_not_active", (await control.PromoteAsync(tenant)).Code);
        await control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/resume");
        Assert.Equal(HttpStatusCode.OK, (await control.PromoteAsync(tenant)).Status);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_tenant_suspended_or_deleted_meanwhile_stays_so(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var (suspended, shared) = await SharedAsync(control);
        var deleted = await control.SharedTenantAsync("hooli");
        cell.Fault = async call =>
        {
            if (call.EndsWith("/fork", StringComparison.Ordinal))
            {
                await control.SendAsync(HttpMethod.Post, $"/tenants/{suspended}/suspend");
            }

            return null;
        };

        var promoted = await control.PromoteAsync(suspended);
        Assert.Equal((HttpStatusCode.OK, "suspended"), (promoted.Status, (string?)promoted.Body!["tenant"]!["state"]));
        Assert.Equal(TenantState.Suspended, cell.Realms[(string)promoted.Body["tenant"]!["realm"]!].State);
        cell.Fault = async call =>
        {
            if (call.EndsWith("/fork", StringComparison.Ordinal))
            {
                await control.SendAsync(HttpMethod.Delete, $"/tenants/{deleted}");
            }

            return null;
        };
        Assert.Equal("tenant_not_found", (await control.PromoteAsync(deleted)).Code);
        Assert.Equal(2, cell.Realms.Count); // the shared one and the suspended tenant's
        Assert.Contains(shared, cell.Realms.Keys);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Until_it_leaves_the_shared_realm_what_ends_a_person_ends_them_in_both(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var (tenant, shared) = await SharedAsync(control);
        var users = $"/tenants/{tenant}/users";
        var bob = Guid.Parse((string)(await control.SendAsync(HttpMethod.Post, users, new { username = "bob", password = "correct horse" })).Body!["sub"]!);
        var realm = (string)(await control.PromoteAsync(tenant)).Body!["tenant"]!["realm"]!;
        var late = Guid.Parse((string)(await control.SendAsync(HttpMethod.Post, users, new { username = "late", password = "correct horse" })).Body!["sub"]!);

        Assert.False((bool)(await control.SendAsync(HttpMethod.Patch, $"{users}/{bob}", new { enabled = false, password = "another horse" })).Body!["enabled"]!);
        Assert.False(cell.Accounts[(realm, bob)].Enabled);
        Assert.False(cell.Members[(shared, tenant, bob)].Enabled);
        Assert.Equal(HttpStatusCode.OK, (await control.SendAsync(HttpMethod.Patch, $"{users}/{late}", new { enabled = false })).Status); // only in one
        Assert.Equal(new[] { bob, late }.Order(), (await control.FeedAsync()).Revocations.Select(entry => Guid.Parse(entry.Subject)).Order());

        // The half that could not be told is not forgotten: asked again it is done, and what was done is revoked already.
        cell.Fault = call => Task.FromResult<int?>(call.Contains("/members/", StringComparison.Ordinal) ? 503 : null);
        Assert.Equal("cell_unreachable", (await control.SendAsync(HttpMethod.Delete, $"{users}/{bob}")).Code);
        Assert.False(cell.Accounts.ContainsKey((realm, bob)));
        cell.Fault = _ => Task.FromResult<int?>(null);
        Assert.Equal(HttpStatusCode.NoContent, (await control.SendAsync(HttpMethod.Delete, $"{users}/{bob}")).Status);
        Assert.DoesNotContain(cell.Members.Keys, key => key.Sub == bob);
        Assert.Equal("user_not_found", (await control.SendAsync(HttpMethod.Delete, $"{users}/{bob}")).Code);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task It_leaves_the_shared_realm_for_all_at_once_even_while_the_cell_is_away(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var (tenant, shared) = await SharedAsync(control);
        var realm = (string)(await control.PromoteAsync(tenant)).Body!["tenant"]!["realm"]!;
        await control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/suspend");
        Assert.Equal((TenantState.Suspended, TenantState.Suspended), (cell.Realms[realm].State, cell.SharedTenants[(shared, tenant)].State));
        await control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/resume");
        cell.Fault = _ => Task.FromResult<int?>(503);

        var ended = await control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/end-shared");

        Assert.Equal(HttpStatusCode.OK, ended.Status);
        Assert.Null(ended.Body!["shared_realm"]);
        Assert.Null((await control.FeedAsync()).Tenants.Single(entry => entry.TenantId.ToString() == tenant).SharedRealm);
        Assert.Single(cell.SharedTenants);
        cell.Fault = _ => Task.FromResult<int?>(null);
        await control.RestartAsync(TimeSpan.Zero);
        await ControlHost.EventuallyAsync(() => Task.FromResult(cell.SharedTenants.IsEmpty));
        Assert.Equal(2, cell.Realms.Count);
        Assert.Equal(HttpStatusCode.OK, (await control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/end-shared")).Status); // nothing left to do
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task Deleted_before_it_left_it_is_gone_from_both(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var (tenant, shared) = await SharedAsync(control);
        await control.PromoteAsync(tenant);

        Assert.Equal(HttpStatusCode.NoContent, (await control.SendAsync(HttpMethod.Delete, $"/tenants/{tenant}")).Status);

        Assert.Equal(shared, Assert.Single(cell.Realms).Key);
        Assert.Empty(cell.SharedTenants);
        var entry = (await control.FeedAsync()).Tenants.Single(entry => entry.TenantId.ToString() == tenant);
        Assert.Equal((TenantState.Deleted, null), (entry.State, entry.SharedRealm?.Value));
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_change_overtaken_by_a_promotion_is_not_told_as_done(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var cell = await control.JoinAsync();
        var (tenant, _) = await SharedAsync(control);
        var sub = cell.Members.Single(entry => entry.Key.Tenant == tenant).Key.Sub;
        cell.Fault = async call =>
        {
            if (call.StartsWith("PATCH", StringComparison.Ordinal))
            {
                await control.PromoteAsync(tenant); // copies the member before the change reaches the shared realm
            }

            return null;
        };

        var overtaken = await control.SendAsync(HttpMethod.Patch, $"/tenants/{tenant}/users/{sub}", new { enabled = false });

        Assert.Equal("promotion_in_progress", overtaken.Code);
        Assert.Equal(sub.ToString(), Assert.Single((await control.FeedAsync()).Revocations).Subject);
        cell.Fault = _ => Task.FromResult<int?>(null);
        Assert.Equal(HttpStatusCode.OK, (await control.SendAsync(HttpMethod.Patch, $"/tenants/{tenant}/users/{sub}", new { enabled = false })).Status);
        Assert.All(cell.Accounts.Where(entry => entry.Key.Sub == sub && cell.Realms[entry.Key.Realm].TenantId is not null), entry => Assert.False(entry.Value.Enabled));
    }

    internal static async Task<(string Tenant, string Shared)> SharedAsync(ControlHost control)
    {
        var realm = (string)(await control.SharedRealmAsync())["realm"]!;
        return (await control.SharedTenantAsync("initech"), realm);
    }
}
