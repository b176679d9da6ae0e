using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Tessera.Contracts.Ids;
using Tessera.Router;
using Tessera.Router.Moves;
using Tessera.Router.Proxying;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Router.Moves;

/// <summary>A cell that says where a tenant has gone is believed once, forwards, until the directory says something new.</summary>
public sealed class FollowTests : IAsyncLifetime
{
    private RouterHost _router = null!;

    public async ValueTask InitializeAsync() => _router = await RouterHost.StartAsync();

    public ValueTask DisposeAsync() => _router.DisposeAsync();

    [Fact]
    public async Task A_tenant_that_has_moved_is_followed_with_the_same_body_and_remembered()
    {
        Moved(_router.Eu, "us-1", 2);
        Echo(_router.Us);
        var answer = await PostAsync("username=ada");
        Assert.Equal((HttpStatusCode.OK, "username=ada"), (answer.Status, answer.Text("body")));
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Tessera-", StringComparison.OrdinalIgnoreCase));

        var asked = _router.Eu.Requests;
        Assert.Equal("username=bob", (await PostAsync("username=bob")).Text("body"));
        Assert.Equal(asked, _router.Eu.Requests); // straight to the new cell

        await _router.PublishAsync(_router.Acme with { Epoch = 2, Cell = FeedSource.Id<CellId>("us-1") });
        Assert.Equal("username=eve", (await PostAsync("username=eve")).Text("body"));
        Assert.Equal(0, _router.Get<MovedTenants>().Count);
    }

    [Theory]
    [InlineData("us-1", "1")] // where it is by the directory
    [InlineData("us-1", "0")]
    [InlineData("us-1", "-2")]
    [InlineData("nobody-1", "2")]
    [InlineData("us-1", "two")]
    [InlineData("us-1", "2, 3")]
    public async Task No_step_is_followed_that_does_not_lead_forward_to_a_cell(string cell, string epoch)
    {
        Moved(_router.Eu, cell, epoch);
        var answer = await PostAsync("a=b");
        Assert.Contains(answer.Status, new[] { HttpStatusCode.ServiceUnavailable, HttpStatusCode.MisdirectedRequest });
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Tessera-", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(0, _router.Us.Requests);
        Assert.Equal(0, _router.Get<MovedTenants>().Count);
    }

    [Fact]
    public async Task Nobody_is_followed_twice()
    {
        Moved(_router.Eu, "us-1", 2);
        Moved(_router.Us, "eu-1", 3);
        var answer = await PostAsync("a=b");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "tenant_moved", "1"), (answer.Status, answer.Text("code"), answer.Headers["Retry-After"]));
        Assert.Equal((1, 1), (_router.Eu.Requests, _router.Us.Requests));
    }

    [Fact]
    public async Task Two_cells_that_point_at_each_other_are_not_followed_round_and_round()
    {
        Moved(_router.Eu, "us-1", 2);
        Moved(_router.Us, "eu-1", 2);
        for (var i = 1; i <= 3; i++)
        {
            Assert.Equal("tenant_moved", (await PostAsync("a=b")).Text("code"));
            Assert.Equal((i, i), (_router.Eu.Requests, _router.Us.Requests));
        }
    }

    [Fact]
    public async Task A_new_word_of_the_directory_outranks_what_a_cell_said()
    {
        Moved(_router.Eu, "us-1", 1_000_000);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("a=b")).Status);
        _router.Eu.Special.Clear();
        await _router.PublishAsync(_router.Acme with { Epoch = 2 });
        Assert.Equal("eu-1", (await PostAsync("a=b")).Text("cell"));
    }

    [Fact]
    public async Task A_cell_that_does_not_know_the_tenant_it_was_said_to_have_is_forgotten()
    {
        Moved(_router.Eu, "us-1", 2);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("a=b")).Status);
        _router.Us.Special["/login"] = context =>
        {
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return Task.CompletedTask;
        };
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await PostAsync("a=b")).Status);
        _router.Eu.Special.Clear();
        Assert.Equal("eu-1", (await PostAsync("a=b")).Text("cell"));
    }

    [Fact]
    public async Task A_body_too_large_to_keep_is_not_sent_again_but_the_next_request_finds_its_way()
    {
        Moved(_router.Eu, "us-1", 2);
        var answer = await PostAsync(new string('a', 200_000));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "tenant_moved"), (answer.Status, answer.Text("code")));
        Assert.Equal("us-1", (await PostAsync(new string('a', 200_000))).Text("cell"));
    }

    [Fact]
    public async Task A_shared_realm_goes_nowhere()
    {
        Moved(_router.Us, "eu-1", 2);
        Assert.Equal("tenant_moved", (await _router.SendAsync(RouterHost.SharedHost, "/login")).Text("code"));
        Assert.Equal(0, _router.Eu.Requests);
    }

    [Fact]
    public async Task What_cells_tell_the_router_does_not_leave_it()
    {
        _router.Eu.Special["/login"] = async context =>
        {
            context.Response.Headers["Tessera-Moved-To"] = "us-1";
            context.Response.Headers["tessera-anything"] = "x";
            await context.Response.WriteAsync("hello");
        };
        var answer = await _router.SendAsync(RouterHost.AcmeHost, "/login");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Tessera-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Nor_does_it_behind_the_body()
    {
        using var answer = new HttpResponseMessage();
        answer.TrailingHeaders.Add("Tessera-Moved-Epoch", "2");
        answer.TrailingHeaders.Add("Other", "x");
        await new CellTransformer(new AuthHost("https://auth.example.com")).TransformResponseTrailersAsync(new DefaultHttpContext(), answer, default);
        Assert.Equal("Other", Assert.Single(answer.TrailingHeaders).Key);
    }

    private static void Moved(EchoCell cell, string to, long epoch) => Moved(cell, to, epoch.ToString(CultureInfo.InvariantCulture));

    private static void Moved(EchoCell cell, string to, string epoch) => cell.Special["/login"] = context =>
    {
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        context.Response.Headers["Tessera-Moved-To"] = to;
        foreach (var each in epoch.Split(", "))
        {
            context.Response.Headers.Append("Tessera-Moved-Epoch", each);
        }

        return context.Response.WriteAsync("moved");
    };

    private static void Echo(EchoCell cell) => cell.Special["/login"] = async context =>
    {
        using var reader = new StreamReader(context.Request.Body);
        await context.Response.WriteAsJsonAsync(new { cell = "us-1", body = await reader.ReadToEndAsync() });
    };

    private Task<Answer> PostAsync(string body) => _router.SendAsync(RouterHost.AcmeHost, "/login", HttpMethod.Post, new StringContent(body));
}
