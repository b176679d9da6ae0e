using System.Net;
using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Ids;
using Tessera.Router.Health;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Router;

public sealed class RepeatTests : IAsyncLifetime
{
    private RouterHost _router = null!;

    public async ValueTask InitializeAsync() => _router = await RouterHost.StartAsync();

    public ValueTask DisposeAsync() => _router.DisposeAsync();

    [Fact]
    public async Task A_read_that_broke_off_is_sent_once_more()
    {
        BreakOff(times: 1);
        Assert.Equal(HttpStatusCode.OK, (await _router.SendAsync(RouterHost.AcmeHost, "/login")).Status);
        Assert.Equal(2, _router.Eu.Requests);
    }

    [Fact]
    public async Task But_not_again_and_again()
    {
        BreakOff(times: 10);
        Assert.Equal("cell_failed", (await _router.SendAsync(RouterHost.AcmeHost, "/login")).Text("code"));
        Assert.Equal(2, _router.Eu.Requests);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task What_may_have_changed_something_is_sent_once(string method)
    {
        BreakOff(times: 1);
        Assert.Equal("cell_failed", (await _router.SendAsync(RouterHost.AcmeHost, "/login", new HttpMethod(method), new StringContent("a=b"))).Text("code"));
        Assert.Equal(1, _router.Eu.Requests);
    }

    [Fact]
    public async Task Of_an_answer_that_began_nothing_is_sent_again()
    {
        _router.Eu.Special["/login"] = async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("some");
            await context.Response.Body.FlushAsync();
            await Task.Delay(200); // or a reset would take it back
            context.Abort();
        };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _router.SendAsync(RouterHost.AcmeHost, "/login"));
        Assert.Equal(1, _router.Eu.Requests);
    }

    [Fact]
    public async Task A_cell_that_is_gone_is_not_asked_by_each_request_and_comes_back_by_itself()
    {
        await _router.Eu.StopAsync();
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal("cell_unavailable", (await _router.SendAsync(RouterHost.AcmeHost, "/login")).Text("code"));
        }

        await _router.Eu.StartAsync();
        Assert.Equal("cell_unavailable", (await _router.SendAsync(RouterHost.AcmeHost, "/login")).Text("code")); // left out: answered at once
        Assert.Equal(0, _router.Eu.Requests);
        Assert.Equal("us-1", (await _router.SendAsync(RouterHost.GlobexHost, "/login")).Text("cell"));
        await Eventually.HoldsAsync(() => !_router.Get<CellWatch>().Of(FeedSource.Id<CellId>("eu-1")).Health.IsOut, "a probe to find the cell back");
        Assert.Equal("eu-1", (await _router.SendAsync(RouterHost.AcmeHost, "/login")).Text("cell"));
    }

    [Fact]
    public async Task A_cell_that_says_it_is_busy_is_there()
    {
        _router.Eu.Special["/login"] = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _router.SendAsync(RouterHost.AcmeHost, "/login")).Status);
        }

        Assert.Equal("eu-1", (await _router.SendAsync(RouterHost.AcmeHost, "/other")).Text("cell"));
    }

    private void BreakOff(int times) => _router.Eu.Special["/login"] = context =>
    {
        if (times-- > 0)
        {
            context.Abort();
        }

        return Task.CompletedTask;
    };
}
