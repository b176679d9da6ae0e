using System.Net;
using System.Text;
using System.Text.Json;
using Tessera.Contracts.Feed;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>A tenant may be named beside the token, but only the token's own.</summary>
public sealed class TenantConflictTests(ApiHost host) : IClassFixture<ApiHost>
{
    public static TheoryData<string> Headers => ["X-Tenant-Id", "X-Tenant", "X-TenantId", "Tessera-Tenant-Id", "x-tenant-id", "Tenant"];

    public static TheoryData<string> Queries => ["tenant", "tenant_id", "tenantId", "TENANT_ID"];

    public static TheoryData<string, string> Bodies => new()
    {
        { "tenant_id", "application/json" },
        { "tenantId", "application/json" },
        { "TenantId", "application/json; charset=utf-8" },
        { "tenant_id", "application/json; charset=utf-16" },
        { "tenant_id", "application/merge-patch+json" },
        { "tenant_\\u0069d", "application/json" },
    };

    private TenantEntry Acme => host.Directory.Acme;

    private string Other => host.Directory.Globex.TenantId.ToString();

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task In_a_header(string name)
    {
        await AssertConflictAsync(host.SendAsync(Token, change: request => request.Headers.Add(name, Other)));
        await AssertConflictAsync(host.SendAsync(Token, change: request => request.Headers.Add(name, "globex")));
        await AssertConflictAsync(host.SendAsync(Token, change: request => request.Headers.Add(name, [Acme.TenantId.ToString(), Other])));
        await AssertAcmeAsync(host.SendAsync(Token, change: request => request.Headers.Add(name, Acme.TenantId.ToString())));
        await AssertAcmeAsync(host.SendAsync(Token, change: request => request.Headers.Add(name, "acme")));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task In_the_query(string name)
    {
        await AssertConflictAsync(host.SendAsync(Token, $"/who?{name}={Other}"));
        await AssertConflictAsync(host.SendAsync(Token, $"/who?{name}=acme&{name}=globex"));
        await AssertAcmeAsync(host.SendAsync(Token, $"/who?{name}={Acme.TenantId}"));
        await AssertAcmeAsync(host.SendAsync(Token, $"/who?{name}=acme"));
    }

    [Theory]
    [InlineData("/tenants/{0}/who")]
    [InlineData("/by/{0}/who")]
    public async Task In_the_path(string path)
    {
        await AssertConflictAsync(host.SendAsync(Token, path.Replace("{0}", Other, StringComparison.Ordinal)));
        await AssertAcmeAsync(host.SendAsync(Token, path.Replace("{0}", "acme", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task In_a_JSON_body(string member, string type)
    {
        await AssertConflictAsync(PostAsync($$"""{"item":"x","{{member}}":"{{Other}}"}""", type));
        await AssertConflictAsync(PostAsync($$"""{"{{member}}":"acme","{{member}}":"globex"}""", type));
        await AssertConflictAsync(PostAsync($$"""{"{{member}}":7}""", type));
        await AssertAcmeAsync(PostAsync($$"""{"item":"x","{{member}}":"{{Acme.TenantId}}"}""", type));
        await AssertAcmeAsync(PostAsync($$"""{"item":{ "{{member}}":"{{Other}}" } }""", type));
    }

    [Fact]
    public async Task A_byte_order_mark_or_comment_hides_nothing()
    {
        await AssertConflictAsync(PostAsync($"\uFEFF{{\"tenant_id\":\"{Other}\"}}"));
        await AssertConflictAsync(PostAsync($"/* x */{{\"a\":[1,],\"tenant_id\":\"{Other}\"}}"));
    }

    [Theory]
    [InlineData("utf-7")]
    [InlineData("no-such-charset")]
    public async Task A_charset_nobody_reads_is_no_failure_and_hides_nothing(string charset)
    {
        await AssertConflictAsync(PostAsync($"{{\"tenant_id\":\"{Other}\"}}", $"application/json; charset={charset}"));
        await AssertAcmeAsync(PostAsync("{}", $"application/json; charset={charset}"));
    }

    [Fact]
    public async Task A_body_that_was_looked_at_is_read_again_in_full()
    {
        var body = JsonSerializer.Serialize(new { tenant_id = "acme", text = new string('x', 200_000) });
        var response = await PostAsync(body);
        Assert.Equal($"{Acme.TenantId} {body.Length}", await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("{ not json")).StatusCode);
    }

    [Fact]
    public async Task It_is_logged_without_the_callers_text()
    {
        await host.SendAsync(Token, "/who?tenant=globex-forged");
        var warnings = host.Log.Where(line => line.StartsWith("Warning", StringComparison.Ordinal)).ToArray();
        Assert.Contains(warnings, line => line.Contains($"tenant {Acme.TenantId} came with another tenant in query tenant.", StringComparison.Ordinal));
        Assert.DoesNotContain(warnings, line => line.Contains("globex-forged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_answer_is_left_to_a_cache_neither_to_who_is_let_in_nor_to_who_is_refused()
    {
        foreach (var sending in new[] { host.SendAsync(Token), host.SendAsync(null), host.SendAsync("rubbish"), host.SendAsync(Token, $"/who?tenant_id={Other}") })
        {
            using var response = await sending;
            Assert.True(response.Headers.CacheControl?.NoStore, $"{(int)response.StatusCode}");
        }
    }

    [Fact]
    public async Task An_anonymous_request_has_no_tenant_whatever_it_says()
    {
        var open = await host.SendAsync(null, "/open?tenant=acme", request => request.Headers.Add("X-Tenant-Id", Acme.TenantId.ToString()));
        Assert.Equal("false", await open.Content.ReadAsStringAsync(Cancellation));
        var read = await host.SendAsync(null, "/open/read");
        Assert.Equal("no tenant", await read.Content.ReadAsStringAsync(Cancellation));
        var bad = await host.SendAsync("rubbish", "/open/read");
        Assert.Equal("no tenant", await bad.Content.ReadAsStringAsync(Cancellation));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Token => host.Directory.Token(Acme);

    private Task<HttpResponseMessage> PostAsync(string body, string type = "application/json") => host.SendAsync(Token, method: HttpMethod.Post, change: request =>
    {
        var encoding = type.EndsWith("utf-16", StringComparison.Ordinal) ? Encoding.Unicode : Encoding.UTF8;
        request.Content = new ByteArrayContent(encoding.GetBytes(body));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
    });

    private static async Task AssertConflictAsync(Task<HttpResponseMessage> sending)
    {
        var response = await sending;
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("tenant_conflict", JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancellation)).GetProperty("code").GetString());
    }

    private async Task AssertAcmeAsync(Task<HttpResponseMessage> sending) =>
        Assert.StartsWith(Acme.TenantId.ToString(), await (await sending).Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
}
