using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Tessera.Contracts.Errors;
using Tessera.ControlPlane;

namespace Tessera.UnitTests.ControlPlane;

public sealed class InputTests
{
    [Fact]
    public async Task A_bad_onboarding_names_the_field_at_fault()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        await control.JoinAsync();

        (Action<JsonObject> Spoil, string Code, string Field)[] cases =
        [
            (o => o.Remove("slug"), "value_required", "slug"),
            (o => o["slug"] = "Acme", "value_invalid", "slug"),
            (o => o["slug"] = "admin", "slug_reserved", "slug"),
            (o => o["slug"] = 5, "wrong_type", "slug"),
            (o => o["pattern"] = "single", "value_invalid", "pattern"),
            (o => o["pattern"] = "shared", "value_invalid", "client"),
            (o => o["display_name"] = "a\u0000b", "value_invalid", "display_name"),
            (o => o["colour"] = "red", "unknown_member", "colour"),
            (o => o["client"]!["colour"] = "red", "unknown_member", "client.colour"),
            (o => o["host"] = "bücher.example", "value_invalid", "host"),
            (o => o["host"] = "10.0.0.1", "value_invalid", "host"),
            (o => o["host"] = "globex.localhost:8400", "host_reserved", "host"),
            (o => o["email_domains"] = new JsonArray("gmail.com"), "value_invalid", "email_domains[0]"),
            (o => o["email_domains"] = new JsonArray("a.example", "A.example"), "value_invalid", "email_domains[1]"),
            (o => o.Remove("client"), "value_required", "client"),
            (o => o["client"]!["type"] = "secret", "value_invalid", "client.type"),
            (o => o["client"]!["redirect_uris"] = new JsonArray(), "value_required", "client.redirect_uris"),
            (o => o["client"]!["redirect_uris"] = new JsonArray((JsonNode?)null), "value_required", "client.redirect_uris[0]"),
            (o => o["client"]!["signing_algorithm"] = "none", "value_invalid", "client.signing_algorithm"),
            (o => { o["client"]!["type"] = "public"; o["client"]!["grant_types"] = new JsonArray("client_credentials"); }, "grant_needs_secret", "client.grant_types[0]"),
            (o => o["administrator"]!["password"] = "short", "password_too_short", "administrator.password"),
            (o => o["administrator"]!["password"] = new string('x', 257), "password_too_long", "administrator.password"),
            (o => o["administrator"]!["username"] = new string('x', 129), "value_invalid", "administrator.username"),
        ];
        foreach (var (spoil, code, field) in cases)
        {
            var request = ControlHost.Onboarding("acme");
            spoil(request);
            var answer = await control.SendAsync(HttpMethod.Post, "/tenants", request);
            Assert.Equal((code, field), (answer.Code, answer.Field));
        }

        Assert.Equal(HttpStatusCode.Created, (await control.OnboardAsync("acme")).Status);
    }

    [Fact]
    public async Task Only_safe_redirect_uris_are_taken()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        await control.JoinAsync();
        var tenant = await control.TenantAsync("acme");
        Task<Answer> Make(string uri) => control.SendAsync(HttpMethod.Post, $"/tenants/{tenant}/clients", new { type = "public", redirect_uris = new[] { uri } });

        foreach (var bad in new[]
        {
            "http://app.example.com/cb", "/cb", "https://app.example.com/#x", "https://u@app.example.com/", "https://@app.example.com/",
            "https://*.example.com/", "javascript:alert(1)", "https://a.example\\@b.example/", "https://", "http://localhost.evil.example/", "https://a.example/ b",
            "https://a.example/" + new string('x', 2048),
        })
        {
            var answer = await Make(bad);
            Assert.Equal(("value_invalid", "redirect_uris[0]"), (answer.Code, answer.Field));
        }

        foreach (var good in new[] { "https://app.example.com/cb?x=1", "http://localhost:3000/cb", "http://127.0.0.1/cb", "http://[::1]:5/cb", "http://orders.localhost:8410/cb" })
        {
            Assert.Equal(HttpStatusCode.Created, (await Make(good)).Status);
        }
    }

    [Fact]
    public async Task What_is_no_proper_request_gets_a_problem_and_never_a_500()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        Task<Answer> Post(string body, string type = "application/json") => control.SendTextAsync(HttpMethod.Post, "/tenants", body, type);

        Assert.Equal("body_malformed", (await Post("{")).Code);
        Assert.Equal("body_malformed", (await Post("[]")).Code);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post("null")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post("")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post("""{"slug":"a1","slug":"a2"}""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await Post("""{"slug":"\ud800"}""")).Status);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "unsupported_media_type"), await StatusAndCode(Post("slug=acme", "text/plain")));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), await StatusAndCode(Post($$"""{"slug":"{{new string('x', 70_000)}}"}""")));
        Assert.Equal("duplicate_parameter", (await control.GetAsync("/tenants?limit=1&limit=2")).Code);
        foreach (var query in new[] { "limit=0", "limit=201", "limit=x", "limit=-1", "after=x", "slug=%00" })
        {
            Assert.Equal("value_invalid", (await control.GetAsync($"/tenants?{query}")).Code);
        }

        Assert.Equal("value_invalid", (await control.GetAsync("/feed?wait=31")).Code);
        Assert.Equal("value_invalid", (await control.GetAsync("/audit?after=99999999999999999999")).Code);
        Assert.Equal("not_found", (await control.GetAsync("/nothing")).Code);
        Assert.Equal("method_not_allowed", (await control.SendAsync(HttpMethod.Put, "/tenants")).Code);
        Assert.Equal("tenant_not_found", (await control.GetAsync("/tenants/acme")).Code);
        Assert.Equal("value_invalid", (await control.SendAsync(HttpMethod.Post, "/cells", new { cell_id = "EU", region = "eu-central-1" })).Code);
        Assert.Equal("region", (await control.SendAsync(HttpMethod.Post, "/cells", new { cell_id = "eu-1", region = "mars" })).Field);
    }

    [Fact]
    public async Task Users_are_the_cells_and_a_cell_that_is_down_says_503()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        var cell = await control.JoinAsync();
        var users = $"/tenants/{await control.TenantAsync("acme")}/users";

        var made = await control.SendAsync(HttpMethod.Post, users, new { username = "bob", password = "correct horse" });
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal("bob", (string?)(await control.GetAsync($"{users}/{made.Body!["sub"]}")).Body!["username"]);
        Assert.Equal(2, (await control.GetAsync($"{users}?limit=10")).Body!["accounts"]!.AsArray().Count);
        Assert.Equal(HttpStatusCode.OK, (await control.SendAsync(HttpMethod.Patch, $"{users}/{made.Body["sub"]}", new { enabled = false })).Status);
        Assert.Equal("user_not_found", (await control.GetAsync($"{users}/{Guid.NewGuid()}")).Code);
        Assert.Equal("user_not_found", (await control.GetAsync($"{users}/bob")).Code);

        await cell.DisposeAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "cell_unreachable"), await StatusAndCode(control.GetAsync(users)));
    }

    [Fact]
    public async Task Clients_come_and_go_but_the_last_one_stays()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        var cell = await control.JoinAsync();
        var clients = $"/tenants/{await control.TenantAsync("acme")}/clients";

        var made = await control.SendAsync(HttpMethod.Post, clients, new { type = "confidential", grant_types = new[] { "client_credentials" } });
        Assert.Equal(43, ((string)made.Body!["client_secret"]!).Length);
        var list = (await control.GetAsync(clients)).Body!["clients"]!.AsArray();
        Assert.Equal(2, list.Count);
        Assert.Equal(HttpStatusCode.NoContent, (await control.SendAsync(HttpMethod.Delete, $"{clients}/{made.Body["client_id"]}")).Status);
        Assert.Single(cell.Clients);
        Assert.Equal("last_client", (await control.SendAsync(HttpMethod.Delete, $"{clients}/{list[0]!["client_id"]}")).Code);

        cell.Fault = call => Task.FromResult<int?>(call.StartsWith("PUT", StringComparison.Ordinal) ? 500 : null);
        Assert.Equal("cell_refused", (await control.SendAsync(HttpMethod.Post, clients, new { type = "public", redirect_uris = new[] { "https://a.example/" } })).Code);
        Assert.Single((await control.GetAsync(clients)).Body!["clients"]!.AsArray());
    }

    [Fact]
    public async Task All_faults_of_the_settings_are_told_at_once()
    {
        string[] args = ["--Control:Listen=https://example.com", "--Control:AuthHost=auth", "--Control:PostgresOwner=Nonsense"];

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            await using var app = ControlPlaneApp.Build(args);
            await app.StartAsync(TestContext.Current.CancellationToken);
        });

        Assert.True(refused.Failures.Count() >= 4, string.Join('\n', refused.Failures));
    }

    [Fact]
    public void Every_error_code_is_documented()
    {
        var documented = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "errors.md"));
        var codes = typeof(ControlPlaneApp).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Errors", StringComparison.Ordinal))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Select(method => (Error)method.Invoke(null, [.. method.GetParameters().Select(parameter => parameter.ParameterType == typeof(int) ? (object)1 : "x")])!)
            .ToList();

        Assert.True(codes.Count > 30, $"Only {codes.Count} errors were found.");
        Assert.All(codes, error => Assert.Contains($"| `{error.Code}` | {error.Status} |", documented, StringComparison.Ordinal));
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Tessera.slnx")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    private static async Task<(HttpStatusCode, string?)> StatusAndCode(Task<Answer> pending)
    {
        var answer = await pending;
        return (answer.Status, answer.Code);
    }
}
