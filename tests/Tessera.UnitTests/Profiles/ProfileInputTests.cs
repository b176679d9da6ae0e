using System.Text.Json;

namespace Tessera.UnitTests.Profiles;

/// <summary>What is no profile, no role and no import, and what goes beyond the limits.</summary>
public sealed class ProfileInputTests(ProfilesHost host) : IClassFixture<ProfilesHost>
{
    /// <summary>A body, and the code it is refused with.</summary>
    public static readonly TheoryData<string, string> Profiles = new()
    {
        { "", "body_malformed" },
        { "null", "body_malformed" },
        { "{", "body_malformed" },
        { "[]", "body_malformed" },
        { """{"role":["clerk"]}""", "body_malformed" },
        { """{"roles":"clerk"}""", "body_malformed" },
        { """{"roles":["clerk"],"roles":["root"]}""", "body_malformed" },
        { """{"sub":"x"}""", "body_malformed" },
        { """{"roles":["boss"]}""", "role_unknown" },
        { """{"roles":[null]}""", "role_unknown" },
        { """{"roles":["CLERK"]}""", "role_unknown" },
        { """{"tenant_roles":["clerk"]}""", "role_unknown" },
        { """{"permissions":["orders:steal"]}""", "permission_unknown" },
        { """{"permissions":[null]}""", "permission_unknown" },
        { """{"attributes":[]}""", "object_required" },
        { """{"preferences":"dark"}""", "object_required" },
        { """{"attributes":{"a":"\u0000"}}""", "text_malformed" },
        { """{"attributes":{"\u0000":1}}""", "text_malformed" },
        { """{"preferences":{"a":["\ud800"]}}""", "text_malformed" },
        { """{"preferences":{"a":1e99999}}""", "text_malformed" },
        { """{"preferences":{"a":1e-99999}}""", "text_malformed" },
        { $$$"""{"attributes":{"a":"{{{new string('x', 8200)}}}"}}""", "object_too_large" },
        { $$"""{"roles":[{{string.Join(',', Enumerable.Repeat("\"clerk\"", 65))}}]}""", "too_many_values" },
        { $$$"""{"attributes":{"a":"{{{new string('x', 70_000)}}}"}}""", "body_too_large" },
        { string.Concat(Enumerable.Repeat("{\"attributes\":", 20)) + "1" + new string('}', 20), "body_malformed" },
    };

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task No_profile(string body, string code)
    {
        var (root, sub) = (await host.SomebodyAsync(host.Acme, "root"), ProfilesHost.Stranger());
        Assert.Equal(code, await CodeAsync(root, HttpMethod.Put, $"/profiles/subjects/{sub}", body));
        Assert.Equal(0, await host.Database.AskAsync<long>($"SELECT count(*) FROM tessera_profiles WHERE sub = '{sub}'"));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("%D0%B0bc")]
    [InlineData(".a")]
    public async Task No_subject(string sub) =>
        Assert.Equal("sub_malformed", await CodeAsync(await host.SomebodyAsync(host.Acme, "root"), HttpMethod.Put, $"/profiles/subjects/{sub}", "{}"));

    [Theory]
    [InlineData("clerk", """{"permissions":[]}""", "role_reserved")]
    [InlineData("Clerk", """{"permissions":[]}""", "role_malformed")]
    [InlineData("%D1%81lerk", """{"permissions":[]}""", "role_malformed")]
    [InlineData("shift", """{"permissions":["orders:steal"]}""", "permission_unknown")]
    [InlineData("shift", """{"permissions":[null]}""", "permission_unknown")]
    [InlineData("shift", """{}""", "body_malformed")]
    public async Task No_role(string role, string body, string code) =>
        Assert.Equal(code, await CodeAsync(await host.SomebodyAsync(host.Acme, "root"), HttpMethod.Put, $"/profiles/roles/{role}", body));

    [Fact]
    public async Task A_role_has_so_many_permissions_and_no_more()
    {
        var body = $$"""{"permissions":[{{string.Join(',', Enumerable.Repeat("\"orders:read\"", 257))}}]}""";
        Assert.Equal("too_many_values", await CodeAsync(await host.SomebodyAsync(host.Acme, "root"), HttpMethod.Put, "/profiles/roles/wide", body));
    }

    [Fact]
    public async Task A_tenant_has_so_many_roles_of_its_own_and_no_more()
    {
        var tenant = host.Directory.Initech;
        var root = await host.SomebodyAsync(tenant, "root");
        await Postgres.TestDatabase.ExecuteAsync(
            host.Database.Superuser, $"INSERT INTO tessera_roles (tenant_id, role, permissions) SELECT '{tenant.TenantId}', 'r' || n, '{{}}' FROM generate_series(1, 256) n");
        using var refused = await host.SendAsync(host.One, tenant, root, HttpMethod.Put, "/profiles/roles/one-more", """{"permissions":[]}""");
        Assert.Contains("too_many_roles", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_line_of_an_import_is_answered_and_those_that_are_good_are_taken()
    {
        var root = await host.SomebodyAsync(host.Acme, "root");
        var (a, b, known) = (ProfilesHost.Stranger(), ProfilesHost.Stranger(), await host.SomebodyAsync(host.Acme, "reader"));
        var body = $$$"""
            {"sub":"{{{a}}}","roles":["clerk"],"attributes":{"desk":7}}
            {"sub":"{{{b}}}","roles":["boss"]}

            {"sub":"{{{a}}}","roles":["root"]}
            not json
            {"roles":["clerk"]}
            {"sub":"{{{known}}}","roles":["root"]}
            """;
        var first = await ImportAsync(root, "/profiles/import", body);
        Assert.Equal((1, 0, 1, 4), first.Counts);
        Assert.Equal(["created", "role_unknown", "sub_repeated", "body_malformed", "sub_malformed", "present"], first.Lines);
        Assert.Equal([1, 2, 4, 5, 6, 7], first.Numbers);
        Assert.Equal(200, await host.StatusAsync(host.One, host.Acme, a, "/write"));
        Assert.Equal(403, await host.StatusAsync(host.One, host.Acme, known, "/refund"));
        Assert.Equal((0, 2, 0, 4), (await ImportAsync(root, "/profiles/import?existing=replace", body)).Counts);
        Assert.Equal(200, await host.StatusAsync(host.One, host.Acme, known, "/refund"));
    }

    [Fact]
    public async Task An_import_has_so_many_lines_and_no_more()
    {
        var root = await host.SomebodyAsync(host.Acme, "root");
        string Lines(int count) => string.Join('\n', Enumerable.Range(0, count).Select(n => $$"""{"sub":"bulk-{{n}}","roles":["reader"]}"""));
        Assert.Equal("too_many_values", await CodeAsync(root, HttpMethod.Post, "/profiles/import", Lines(1001), "application/x-ndjson"));
        Assert.Equal("body_too_large", await CodeAsync(root, HttpMethod.Post, "/profiles/import", new string(' ', 4 * 1024 * 1024 + 1), "application/x-ndjson"));
        Assert.Equal("unsupported_media_type", await CodeAsync(root, HttpMethod.Post, "/profiles/import", "{}"));
        Assert.Equal(1000, (await ImportAsync(root, "/profiles/import", Lines(1000))).Counts.Created);
    }

    private async Task<string?> CodeAsync(string sub, HttpMethod method, string path, string body, string type = "application/json")
    {
        using var response = await host.SendAsync(host.One, host.Acme, sub, method, path, body, type: type);
        Assert.InRange((int)response.StatusCode, 400, 499);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("code").GetString();
    }

    private async Task<((int Created, int Replaced, int Present, int Refused) Counts, string[] Lines, int[] Numbers)> ImportAsync(string sub, string path, string body)
    {
        using var response = await host.SendAsync(host.One, host.Acme, sub, HttpMethod.Post, path, body, type: "application/x-ndjson");
        Assert.Equal(200, (int)response.StatusCode);
        var report = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        int Of(string outcome) => report.GetProperty(outcome).GetInt32();
        var lines = report.GetProperty("lines").EnumerateArray().ToList();
        return (
            (Of("created"), Of("replaced"), Of("present"), Of("refused")),
            [.. lines.Select(line => line.TryGetProperty("problem", out var problem) ? problem.GetProperty("code").GetString()! : line.GetProperty("outcome").GetString()!)],
            [.. lines.Select(line => line.GetProperty("line").GetInt32())]);
    }
}
