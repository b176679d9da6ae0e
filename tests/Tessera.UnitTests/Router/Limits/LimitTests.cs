using System.Net;
using Microsoft.AspNetCore.Http;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Router.Limits;

public sealed class LimitTests
{
    [Fact]
    public async Task A_tenant_that_gets_more_than_its_share_waits_and_no_other_does()
    {
        await using var router = await RouterHost.StartAsync("Limits:TenantPerSecond=5");
        var answers = await ManyAsync(router, RouterHost.AcmeHost, 60);
        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.OK), 10, 40);
        var refused = answers.First(answer => answer.Status != HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.TooManyRequests, "tenant_limited", "1"), (refused.Status, refused.Text("code"), refused.Headers["Retry-After"]));
        Assert.All(await ManyAsync(router, "initech.auth.test:8400", 5), answer => Assert.Equal(HttpStatusCode.OK, answer.Status)); // of the same cell
    }

    [Fact]
    public async Task A_source_that_asks_for_more_than_its_share_waits_whichever_tenants_it_asks()
    {
        await using var router = await RouterHost.StartAsync("Limits:SourcePerSecond=5");
        var answers = await ManyAsync(router, RouterHost.AcmeHost, 30);
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.TooManyRequests && answer.Text("code") == "source_limited");
        Assert.Contains(await ManyAsync(router, RouterHost.GlobexHost, 3), answer => answer.Status == HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_tenant_whose_requests_hang_takes_neither_the_cell_nor_anyones_turn()
    {
        await using var router = await RouterHost.StartAsync(
            "Limits:CellAtOnce=4", "Limits:TenantAtOnce=2", "Limits:CellWaiting=8", "Limits:TenantWaiting=4", "Limits:WaitSeconds=60");
        var held = new TaskCompletionSource();
        router.Eu.Special["/slow"] = async context =>
        {
            await held.Task;
            await context.Response.WriteAsync("late");
        };
        var slow = Enumerable.Range(0, 40).Select(_ => router.SendAsync(RouterHost.AcmeHost, "/slow")).ToList();
        await Eventually.HoldsAsync(() => slow.Count(task => task.IsCompleted) == 34, "all but two in flight and four waiting to be refused");
        Assert.All(slow.Where(task => task.IsCompleted), task => Assert.Equal("tenant_busy", task.Result.Text("code")));
        await Eventually.HoldsAsync(() => router.Eu.Requests == 2, "the two that were let through to reach the cell");

        Assert.All(await ManyAsync(router, "initech.auth.test:8400", 10), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        held.SetResult();
        Assert.Equal(6, (await Task.WhenAll(slow)).Count(answer => answer.Status == HttpStatusCode.OK));
    }

    private static async Task<Answer[]> ManyAsync(RouterHost router, string host, int times)
    {
        var answers = new Answer[times];
        for (var i = 0; i < times; i++)
        {
            answers[i] = await router.SendAsync(host, "/login");
        }

        return answers;
    }
}
