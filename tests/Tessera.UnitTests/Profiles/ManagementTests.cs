using System.Text.Json;
using Tessera.AspNetCore.Profiles;
using Tessera.Contracts.Feed;

namespace Tessera.UnitTests.Profiles;

/// <summary>The management API, within a tenant and against its neighbours.</summary>
public sealed class ManagementTests(ProfilesHost host) : IClassFixture<ProfilesHost>
{
    private const string Subjects = "/profiles/subjects";

    /// <summary>Who may not manage, at what they may not reach.</summary>
    public static readonly TheoryData<string, string> Managed = new()
    {
        { "GET", Subjects }, { "GET", $"{Subjects}/x" }, { "PUT", $"{Subjects}/x" }, { "DELETE", $"{Subjects}/x" }, { "GET", "/profiles/roles" },
        { "GET", "/profiles/roles/x" }, { "PUT", "/profiles/roles/x" }, { "DELETE", "/profiles/roles/x" }, { "GET", "/profiles/permissions" }, { "POST", "/profiles/import" },
    };

    [Theory]
    [MemberData(nameof(Managed))]
    public async Task Nobody_manages_without_the_permission(string method, string path)
    {
        var clerk = await host.SomebodyAsync(host.Acme, "clerk");
        using var refused = await host.SendAsync(host.One, host.Acme, clerk, new HttpMethod(method), path, method is "PUT" or "POST" ? "{}" : null);
        Assert.Equal(403, (int)refused.StatusCode);
        using var stranger = await host.One.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(401, (int)stranger.StatusCode);
    }

    [Fact]
    public async Task Another_tenants_manager_neither_sees_nor_changes_nor_guesses_a_profile()
    {
        var (manager, foreign) = (await host.SomebodyAsync(host.Acme, "root"), await host.SomebodyAsync(host.Globex, "root"));
        var sub = ProfilesHost.Stranger();
        var made = await host.GiveAsync(host.Acme, sub, new ProfileSpec { Roles = ["clerk"], Attributes = JsonElement.Parse("""{"canary":"acme-canary"}""") });

        var (there, absent) = (await BodyAsync(host.Globex, foreign, HttpMethod.Get, $"{Subjects}/{sub}"), await BodyAsync(host.Globex, foreign, HttpMethod.Get, $"{Subjects}/{ProfilesHost.Stranger()}"));
        Assert.Equal((404, absent.Body), there);
        var list = await BodyAsync(host.Globex, foreign, HttpMethod.Get, Subjects);
        Assert.DoesNotContain(sub, list.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("acme-canary", list.Body, StringComparison.Ordinal);

        Assert.Equal(404, (await BodyAsync(host.Globex, foreign, HttpMethod.Delete, $"{Subjects}/{sub}", match: $"\"{made.Version}\"")).Status);
        Assert.Equal(412, (await BodyAsync(host.Globex, foreign, HttpMethod.Put, $"{Subjects}/{sub}", "{}", $"\"{made.Version}\"")).Status);
        Assert.Equal(200, (await BodyAsync(host.Globex, foreign, HttpMethod.Put, $"{Subjects}/{sub}", """{"roles":["root"]}""")).Status);
        Assert.Equal(200, (await BodyAsync(host.Globex, foreign, HttpMethod.Post, "/profiles/import?existing=replace", $$"""{"sub":"{{sub}}","roles":["reader"]}""", type: "application/x-ndjson")).Status);
        var kept = await BodyAsync(host.Acme, manager, HttpMethod.Get, $"{Subjects}/{sub}");
        Assert.Contains(made.Version.ToString(), kept.Body, StringComparison.Ordinal);
        Assert.Equal(403, await host.StatusAsync(host.One, host.Acme, sub, "/refund"));
    }

    [Theory]
    [InlineData("tenant_id")]
    [InlineData("tenantId")]
    public async Task A_body_that_names_another_tenant_is_refused_in_every_form(string member)
    {
        var root = await host.SomebodyAsync(host.Acme, "root");
        var sub = ProfilesHost.Stranger();
        var other = host.Globex.TenantId;
        Assert.Equal(400, (await BodyAsync(host.Acme, root, HttpMethod.Put, $"{Subjects}/{sub}", $$"""{"{{member}}":"{{other}}"}""")).Status);
        var import = await BodyAsync(host.Acme, root, HttpMethod.Post, "/profiles/import", $$"""{"sub":"{{sub}}","{{member}}":"{{other}}"}""", type: "application/x-ndjson");
        Assert.Contains("\"refused\":1", import.Body, StringComparison.Ordinal);
        Assert.Equal(0, await host.Database.AskAsync<long>($"SELECT count(*) FROM tessera_profiles WHERE sub = '{sub}'"));
    }

    [Fact]
    public async Task Roles_of_one_tenant_are_none_of_anothers()
    {
        var (acme, globex) = (await host.SomebodyAsync(host.Acme, "root"), await host.SomebodyAsync(host.Globex, "root"));
        Assert.Equal(200, (await BodyAsync(host.Acme, acme, HttpMethod.Put, "/profiles/roles/secret-shift", """{"permissions":["orders:refund"]}""")).Status);
        Assert.DoesNotContain("secret-shift", (await BodyAsync(host.Globex, globex, HttpMethod.Get, "/profiles/roles")).Body, StringComparison.Ordinal);
        Assert.Equal(404, (await BodyAsync(host.Globex, globex, HttpMethod.Get, "/profiles/roles/secret-shift")).Status);
        Assert.Equal(404, (await BodyAsync(host.Globex, globex, HttpMethod.Delete, "/profiles/roles/secret-shift")).Status);
        Assert.Contains("role_unknown", (await BodyAsync(host.Globex, globex, HttpMethod.Put, $"{Subjects}/x", """{"tenant_roles":["secret-shift"]}""")).Body, StringComparison.Ordinal);
        Assert.Equal(200, (await BodyAsync(host.Globex, globex, HttpMethod.Put, "/profiles/roles/secret-shift", """{"permissions":["orders:read"]}""")).Status);
        Assert.Contains("orders:refund", (await BodyAsync(host.Acme, acme, HttpMethod.Get, "/profiles/roles/secret-shift")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_overwrites_what_they_have_not_read()
    {
        var root = await host.SomebodyAsync(host.Acme, "root");
        var path = $"{Subjects}/{ProfilesHost.Stranger()}";
        using var made = await host.SendAsync(host.One, host.Acme, root, HttpMethod.Put, path, """{"roles":["reader"]}""");
        var first = made.Headers.ETag!.Tag;
        Assert.Equal(428, (await BodyAsync(host.Acme, root, HttpMethod.Put, path, "{}")).Status);
        Assert.Equal(428, (await BodyAsync(host.Acme, root, HttpMethod.Delete, path)).Status);
        Assert.Equal(200, (await BodyAsync(host.Acme, root, HttpMethod.Put, path, """{"roles":["clerk"]}""", first)).Status);
        foreach (var stale in new[] { first, "\"x\"", "*, \"x\"", $"W/{first}" })
        {
            Assert.Equal(412, (await BodyAsync(host.Acme, root, HttpMethod.Put, path, "{}", stale)).Status);
            Assert.Equal(412, (await BodyAsync(host.Acme, root, HttpMethod.Delete, path, match: stale)).Status);
        }
    }

    [Fact]
    public async Task A_deleted_role_is_taken_from_everybody_so_that_a_later_one_of_its_name_finds_nobody()
    {
        var root = await host.SomebodyAsync(host.Acme, "root");
        using var made = await host.SendAsync(host.One, host.Acme, root, HttpMethod.Put, "/profiles/roles/movers", """{"permissions":["orders:read"]}""");
        var sub = ProfilesHost.Stranger();
        await host.GiveAsync(host.Acme, sub, new ProfileSpec { TenantRoles = ["movers"] });
        Assert.Equal(204, (await BodyAsync(host.Acme, root, HttpMethod.Delete, "/profiles/roles/movers", match: made.Headers.ETag!.Tag)).Status);
        Assert.Equal(200, (await BodyAsync(host.Acme, root, HttpMethod.Put, "/profiles/roles/movers", """{"permissions":["orders:refund"]}""")).Status);
        Assert.Equal(403, await host.StatusAsync(host.One, host.Acme, sub, "/refund"));
        Assert.Equal(403, await host.StatusAsync(host.One, host.Acme, sub, "/read"));
    }

    [Fact]
    public async Task Profiles_are_listed_page_by_page_and_each_once()
    {
        var root = await host.SomebodyAsync(host.Directory.Initech, "root");
        var made = new HashSet<string> { root };
        foreach (var _ in Enumerable.Range(0, 5))
        {
            made.Add(await host.SomebodyAsync(host.Directory.Initech, "reader"));
        }

        var (seen, next) = (new List<string>(), "");
        do
        {
            var page = JsonElement.Parse((await BodyAsync(host.Directory.Initech, root, HttpMethod.Get, $"{Subjects}?limit=2&after={next}")).Body);
            seen.AddRange(page.GetProperty("profiles").EnumerateArray().Select(profile => profile.GetProperty("sub").GetString()!));
            next = page.TryGetProperty("next", out var more) ? more.GetString()! : "";
        }
        while (next.Length > 0);
        Assert.Equal(made.Order(StringComparer.Ordinal), seen);
        Assert.Equal(400, (await BodyAsync(host.Directory.Initech, root, HttpMethod.Get, $"{Subjects}?limit=501")).Status);
        Assert.Equal(400, (await BodyAsync(host.Directory.Initech, root, HttpMethod.Get, $"{Subjects}?after=%27")).Status);
    }

    [Fact]
    public async Task Everybody_sees_what_they_may_do_themselves()
    {
        var clerk = await host.SomebodyAsync(host.Acme, "clerk");
        var me = JsonElement.Parse((await BodyAsync(host.Acme, clerk, HttpMethod.Get, "/profiles/me")).Body);
        Assert.Equal(["orders:read", "orders:write"], me.GetProperty("permissions").EnumerateArray().Select(permission => permission.GetString()));
        Assert.Equal(clerk, me.GetProperty("profile").GetProperty("sub").GetString());
        var unknown = JsonElement.Parse((await BodyAsync(host.Acme, ProfilesHost.Stranger(), HttpMethod.Get, "/profiles/me")).Body);
        Assert.Empty(unknown.GetProperty("permissions").EnumerateArray());
    }

    private async Task<(int Status, string Body)> BodyAsync(
        TenantEntry tenant, string sub, HttpMethod method, string path, string? body = null, string? match = null, string type = "application/json")
    {
        using var response = await host.SendAsync(host.One, tenant, sub, method, path, body, match, type);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
