using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tessera.AspNetCore.Profiles;

namespace Tessera.UnitTests.Profiles;

/// <summary>What people may do comes from their profile in their token's tenant, and from nowhere else.</summary>
public sealed class PermissionTests(ProfilesHost host) : IClassFixture<ProfilesHost>
{
    [Fact]
    public async Task Somebody_of_whom_the_tenant_says_nothing_may_do_nothing()
    {
        var sub = ProfilesHost.Stranger();
        using var refused = await host.SendAsync(host.One, host.Acme, sub, HttpMethod.Get, "/read");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        var problem = JsonElement.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal("permission_missing", problem.GetProperty("code").GetString());
        Assert.Contains("orders:read", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, await host.StatusAsync(host.One, host.Acme, sub, "/roles"));
    }

    [Fact]
    public async Task A_role_gives_its_permissions_and_several_demands_add_up()
    {
        var (reader, clerk) = (await host.SomebodyAsync(host.Acme, "reader"), await host.SomebodyAsync(host.Acme, "clerk"));
        Assert.Equal(200, await host.StatusAsync(host.One, host.Acme, reader, "/read"));
        Assert.Equal(403, await host.StatusAsync(host.One, host.Acme, reader, "/write"));
        Assert.Equal(403, await host.StatusAsync(host.One, host.Acme, reader, "/both"));
        Assert.Equal(200, await host.StatusAsync(host.One, host.Acme, clerk, "/both"));
        Assert.Equal(403, await host.StatusAsync(host.One, host.Acme, clerk, "/refund"));
        Assert.Equal(200, await host.StatusAsync(host.One, host.Acme, await host.SomebodyAsync(host.Acme, "root"), "/refund"));
    }

    [Fact]
    public async Task The_same_subject_in_two_tenants_is_two_people_also_to_the_cache()
    {
        var twin = ProfilesHost.Stranger();
        await host.GiveAsync(host.Acme, twin, new ProfileSpec { Roles = ["clerk"] });
        foreach (var _ in Enumerable.Range(0, 3))
        {
            Assert.Equal(200, await host.StatusAsync(host.One, host.Acme, twin, "/write"));
            Assert.Equal(403, await host.StatusAsync(host.One, host.Globex, twin, "/write"));
            Assert.Equal(403, await host.StatusAsync(host.One, host.Globex, twin, "/read"));
        }

        await host.GiveAsync(host.Globex, twin, new ProfileSpec { Roles = ["reader"] });
        Assert.Equal(200, await host.StatusAsync(host.One, host.Globex, twin, "/read"));
        Assert.Equal(403, await host.StatusAsync(host.One, host.Globex, twin, "/write"));
        Assert.Equal(200, await host.StatusAsync(host.One, host.Acme, twin, "/write"));
    }

    [Theory]
    [InlineData("permission", "orders:read")]
    [InlineData("role", "clerk")]
    [InlineData("roles", "clerk")]
    [InlineData("tenant_role", "night-shift")]
    [InlineData("scope", "orders:read")]
    public async Task A_token_brings_no_permission_along(string claim, string value)
    {
        var token = host.Directory.Token(host.Acme, claim, new JsonArray(value));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/read") { Headers = { Authorization = new("Bearer", token) } };
        Assert.Equal(HttpStatusCode.Forbidden, (await host.One.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_machine_has_the_machines_default_until_it_has_a_profile_of_its_own()
    {
        var machine = host.Acme.Clients[0].Value;
        Assert.Equal(200, await host.StatusAsync(host.One, host.Acme, machine, "/read"));
        Assert.Equal(403, await host.StatusAsync(host.One, host.Acme, machine, "/write"));
        await host.GiveAsync(host.Acme, machine, new ProfileSpec { Permissions = ["orders:write"] });
        Assert.Equal(403, await host.StatusAsync(host.One, host.Acme, machine, "/read"));
        Assert.Equal(200, await host.StatusAsync(host.One, host.Acme, machine, "/write"));
        await host.GiveAsync(host.Acme, machine, new ProfileSpec());
        Assert.Equal(403, await host.StatusAsync(host.One, host.Acme, machine, "/write"));
    }

    [Fact]
    public async Task A_tenants_own_role_gives_permissions_and_is_no_role_of_the_applications()
    {
        await using var scope = host.Scope(host.Acme);
        var profiles = (TenantProfiles)scope.ServiceProvider.GetService(typeof(TenantProfiles))!;
        await profiles.PutRoleAsync("night-shift", ["orders:write"]);
        var sub = ProfilesHost.Stranger();
        await host.GiveAsync(host.Acme, sub, new ProfileSpec { TenantRoles = ["night-shift"] });
        Assert.Equal(200, await host.StatusAsync(host.One, host.Acme, sub, "/write"));
        Assert.Equal("False False True", await (await host.SendAsync(host.One, host.Acme, sub, HttpMethod.Get, "/roles")).Content.ReadAsStringAsync());
        var clerk = await host.SomebodyAsync(host.Acme, "clerk");
        Assert.Equal("True False True", await (await host.SendAsync(host.One, host.Acme, clerk, HttpMethod.Get, "/roles")).Content.ReadAsStringAsync());
        Assert.IsType<ProfileResult<Profile>.Refused>(await Elsewhere(sub));
    }

    // The other tenant has no such role.
    private async Task<ProfileResult<Profile>> Elsewhere(string sub)
    {
        await using var scope = host.Scope(host.Globex);
        return await ((TenantProfiles)scope.ServiceProvider.GetService(typeof(TenantProfiles))!).PutAsync(sub, new ProfileSpec { TenantRoles = ["night-shift"] });
    }
}
