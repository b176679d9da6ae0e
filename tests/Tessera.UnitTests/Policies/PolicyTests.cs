using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Policies;
using Tessera.Contracts.Revocations;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane.Store;
using Tessera.UnitTests.ControlPlane;

namespace Tessera.UnitTests.Policies;

/// <summary>The platform's policy at the directory: one call, one row, one signed page for the cells.</summary>
public sealed class PolicyTests
{
    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task One_call_writes_one_row_and_tells_nobody_of_a_tenant(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var built = (await control.GetAsync("/policy")).Body!;
        Assert.Equal((0, 8, "built_in"), ((int)built["revision"]!, (int)built["password_min_length"]!["value"]!, (string)built["password_min_length"]!["source"]!));
        await control.JoinAsync();
        await control.TenantAsync("acme");
        await control.TenantAsync("globex");
        var before = (await control.FeedAsync()).Revision;

        foreach (var length in new[] { 10, 12 })
        {
            var ruled = await control.SendAsync(HttpMethod.Put, "/policy", new { password_min_length = length });
            Assert.True(ruled.Status == HttpStatusCode.OK, $"{ruled.Body}");
        }

        var now = (await control.GetAsync("/policy")).Body!;
        Assert.Equal((12, "platform"), ((int)now["password_min_length"]!["value"]!, (string)now["password_min_length"]!["source"]!));
        Assert.Equal((720, "built_in"), ((int)now["session_minutes"]!["value"]!, (string)now["session_minutes"]!["source"]!));
        var page = await control.FeedAsync(before);
        Assert.Equal((before + 2, 0, 0, 0), (page.Revision, page.Tenants.Count, page.Cells.Count, page.Pools.Count));
        var directory = control.Services.GetRequiredService<DirectoryStore>();
        Assert.Equal(1, await directory.ReadAsync(default, db => db.Policies.CountAsync(), CancellationToken.None));
        var audit = (await control.GetAsync("/audit?limit=200")).Body!["entries"]!.AsArray()[^1]!;
        Assert.Equal(("policy.ruled", "12"), ((string)audit["action"]!, (string)audit["details"]!["password_min_length"]!));
    }

    [Theory]
    [InlineData("""{"password_min_length":7}""", "password_min_length")]
    [InlineData("""{"password_min_length":65}""", "password_min_length")]
    [InlineData("""{"session_minutes":4}""", "session_minutes")]
    [InlineData("""{"session_minutes":43201}""", "session_minutes")]
    [InlineData("""{"password_max_length":12}""", "password_max_length")]
    public async Task What_no_cell_could_apply_is_refused_by_its_name(string body, string field)
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        var refused = await control.SendTextAsync(HttpMethod.Put, "/policy", body, "application/json");
        Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, refused.Field));
        Assert.Equal(0, (int)(await control.GetAsync("/policy")).Body!["revision"]!);
    }

    [Fact]
    public async Task Who_may_change_a_tenant_does_not_rule_over_all()
    {
        await using var control = await ControlHost.StartAsync(Stores.Sqlite);
        await control.JoinAsync();
        var tenant = await control.TenantAsync("acme");
        foreach (var key in new[] { await control.KeyAsync(["tenants:write", "cells:write", "policy:read"]), await control.KeyAsync(["policy:write"], tenant) })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await control.SendAsync(HttpMethod.Put, "/policy", new { password_min_length = 20 }, key)).Status);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await control.GetAsync("/policy", key: "")).Status);
        Assert.Equal(0, (int)(await control.GetAsync("/policy")).Body!["revision"]!);
    }

    [Theory, MemberData(nameof(Stores.All), MemberType = typeof(Stores))]
    public async Task A_cell_is_told_as_soon_as_there_is_something_and_nobody_else_is(string store)
    {
        await using var control = await ControlHost.StartAsync(store);
        var (eu, us) = (await control.JoinAsync(), await control.JoinAsync("us-1", "us-east-1"));
        Assert.Equal(new PolicyPage(0, new PolicyRules()), await AskAsync(control, eu, after: 0, wait: 0));
        var waiting = AskAsync(control, eu, after: 0, wait: 30);
        var ruled = await control.SendAsync(HttpMethod.Put, "/policy", new { session_minutes = 60 });

        Assert.Equal(new PolicyPage((long)ruled.Body!["revision"]!, new PolicyRules(SessionMinutes: 60)), await waiting.WaitAsync(TimeSpan.FromSeconds(20)));
        var stolen = await SendAsync(control, "eu-1", Statement(us), 0, 0);
        Assert.Equal(HttpStatusCode.Unauthorized, stolen.StatusCode);
        var tooLong = await SendAsync(control, "eu-1", Statement(eu), 0, 31);
        Assert.Equal(HttpStatusCode.BadRequest, tooLong.StatusCode);
    }

    private static string Statement(TestCell cell) =>
        new CellStatement(cell.Id, cell.ControlKey!.Kid, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), []).Sign(cell.Identity);

    private static async Task<PolicyPage?> AskAsync(ControlHost control, TestCell cell, long after, int wait)
    {
        using var answer = await SendAsync(control, cell.Id.Value, Statement(cell), after, wait);
        Assert.Equal("application/jose", answer.Content.Headers.ContentType?.MediaType);
        return PolicyPage.Open(await answer.Content.ReadAsStringAsync(), cell.ControlKey!);
    }

    private static Task<HttpResponseMessage> SendAsync(ControlHost control, string cell, string statement, long after, int wait) => control.SendRawAsync(
        HttpMethod.Post, $"/cells/{cell}/policy", JsonSerializer.Serialize(new PolicyQuestion(statement, after, wait), WireJson.Default.PolicyQuestion), "application/json", key: "");
}
