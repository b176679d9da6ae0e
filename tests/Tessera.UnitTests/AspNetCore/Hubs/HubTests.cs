using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Tessera.AspNetCore.Hubs;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;

namespace Tessera.UnitTests.AspNetCore.Hubs;

/// <summary>A hub that never thinks of tenants, used by the same person of two of them.</summary>
public sealed class HubTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private LiveHost _host = null!;

    private TenantEntry Acme => _host.Directory.Acme;

    private TenantEntry Globex => _host.Directory.Globex;

    public async ValueTask InitializeAsync() => _host = await LiveHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Every_invocation_has_the_tenant_of_its_connection()
    {
        await using var acme = await BoardClient.ConnectAsync(_host, Token(Acme));
        await using var globex = await BoardClient.ConnectAsync(_host, Token(Globex));
        Assert.Equal($"welcome to {Acme.TenantId}", await acme.NextAsync());
        Assert.Equal($"welcome to {Globex.TenantId}", await globex.NextAsync());
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal([Acme.TenantId.ToString(), Globex.TenantId.ToString()], await Task.WhenAll(acme.AskAsync<string>("Who"), globex.AskAsync<string>("Who")));
        }

        await foreach (var tenant in acme.Connection.StreamAsync<string>("Follow", Cancellation))
        {
            Assert.Equal(Acme.TenantId.ToString(), tenant);
            break;
        }
    }

    [Theory]
    [InlineData("Post", "lobby")]
    [InlineData("PostToAll")]
    [InlineData("PostToUser", LiveHost.Subject)]
    public async Task What_is_posted_in_one_tenant_never_reaches_the_other(string method, params string[] to)
    {
        await using var acme = await AtBoardAsync(Acme);
        await using var colleague = await AtBoardAsync(Acme);
        await using var globex = await AtBoardAsync(Globex);
        foreach (var client in new[] { acme, colleague, globex })
        {
            await client.TellAsync("Join", "lobby");
        }

        await acme.TellAsync(method, [.. to, "of acme"]);
        await globex.TellAsync(method, [.. to, "of globex"]);
        Assert.Equal("of acme", await acme.NextAsync());
        Assert.Equal("of acme", await colleague.NextAsync());
        Assert.Equal("of globex", await globex.NextAsync()); // and nothing before it
    }

    [Fact]
    public async Task Clients_of_a_type_are_the_tenants_too()
    {
        await using var acme = await BoardClient.ConnectAsync(_host, Token(Acme), "/typed-board");
        await using var globex = await BoardClient.ConnectAsync(_host, Token(Globex), "/typed-board");
        await acme.TellAsync("PostToAll", "of acme");
        await globex.TellAsync("PostToAll", "of globex");
        Assert.Equal("of globex", await globex.NextAsync());
    }

    [Fact]
    public async Task Others_are_the_tenants_others()
    {
        await using var acme = await AtBoardAsync(Acme);
        await using var colleague = await AtBoardAsync(Acme);
        await using var globex = await AtBoardAsync(Globex);
        await acme.TellAsync("PostToOthers", "of acme");
        await globex.TellAsync("PostToAll", "of globex");
        await acme.TellAsync("PostToAll", "again");
        Assert.Equal(["of acme", "again"], [await colleague.NextAsync(), await colleague.NextAsync()]);
        Assert.Equal("of globex", await globex.NextAsync());
        Assert.Equal("again", await acme.NextAsync());
    }

    [Fact]
    public async Task Another_tenants_connection_is_none()
    {
        await using var acme = await AtBoardAsync(Acme);
        await using var globex = await AtBoardAsync(Globex);
        var connection = await globex.AskAsync<string>("Connection");
        await Assert.ThrowsAsync<HubException>(() => acme.TellAsync("PostToConnection", connection, "of acme"));
        await Assert.ThrowsAsync<HubException>(() => acme.TellAsync("Invite", connection, "lobby"));
        await globex.TellAsync("PostToConnection", connection, "of globex");
        Assert.Equal("of globex", await globex.NextAsync());
    }

    [Fact]
    public async Task Messages_from_outside_the_hub_reach_the_scopes_tenant_alone()
    {
        await using var acme = await AtBoardAsync(Acme);
        await using var globex = await AtBoardAsync(Globex);
        using var client = new HttpClient();
        foreach (var (tenant, text) in new[] { (Acme, "of%20acme"), (Globex, "of%20globex") })
        {
            var request = new HttpRequestMessage(HttpMethod.Post, $"{_host.Http1}/announce?text={text}");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(tenant));
            (await client.SendAsync(request, Cancellation)).EnsureSuccessStatusCode();
        }

        Assert.Equal("of acme", await acme.NextAsync());
        Assert.Equal("of globex", await globex.NextAsync());
    }

    [Fact]
    public async Task An_argument_that_names_another_tenant_is_refused()
    {
        await using var acme = await AtBoardAsync(Acme);
        foreach (var other in new[] { Globex.TenantId.ToString(), "globex" })
        {
            var refused = await Assert.ThrowsAsync<HubException>(() => acme.AskAsync<string>("ForTenant", other));
            Assert.Contains("tenant_conflict", refused.Message, StringComparison.Ordinal);
        }

        await Assert.ThrowsAsync<HubException>(() => acme.AskAsync<string>("ForNote", new { text = "x", tenantId = Globex.TenantId.ToString() }));
        await Assert.ThrowsAsync<HubException>(async () => await acme.Connection.StreamAsync<string>("FollowTenant", "globex", Cancellation).FirstAsync(Cancellation));
        Assert.Equal(Acme.TenantId.ToString(), await acme.Connection.StreamAsync<string>("FollowTenant", "acme", Cancellation).FirstAsync(Cancellation));
        Assert.Equal("acme", await acme.AskAsync<string>("ForTenant", "acme"));
        Assert.Equal("x", await acme.AskAsync<string>("ForNote", new { text = "x", tenantId = Acme.TenantId.ToString() }));
        Assert.Equal("x", await acme.AskAsync<string>("ForNote", new { text = "x" }));
    }

    [Theory]
    [InlineData("/board?tenant=globex")]
    [InlineData("/board?tenant_id=globex")]
    public Task A_connection_that_names_another_tenant_is_refused(string path) =>
        Assert.ThrowsAnyAsync<Exception>(() => BoardClient.ConnectAsync(_host, Token(Acme), path));

    [Fact]
    public Task An_idle_connection_is_aborted_when_its_person_is_revoked() => AssertThrownOutAsync(Token(Acme), () => _host.Revoke(Acme));

    [Fact]
    public Task An_idle_connection_is_aborted_when_its_tenant_is_suspended() => AssertThrownOutAsync(Token(Acme), () => _host.Suspend(Acme));

    [Fact]
    public Task An_idle_connection_is_aborted_when_its_token_expires() => AssertThrownOutAsync(_host.BriefToken(Acme), () => { });

    [Fact]
    public async Task An_invocation_right_after_the_revocation_is_refused_before_the_connection_is_swept()
    {
        await using var acme = await AtBoardAsync(Acme);
        _host.Revoke(Acme);
        await Assert.ThrowsAnyAsync<Exception>(() => acme.AskAsync<string>("Who"));
        await acme.Closed.WaitAsync(Soon, Cancellation);
    }

    [Fact]
    public async Task A_connection_says_good_bye_in_its_own_tenant_though_that_is_suspended()
    {
        await using var acme = await AtBoardAsync(Acme);
        _host.Suspend(Acme);
        Assert.Equal(Acme.TenantId, await _host.Departures.First.WaitAsync(Soon, Cancellation));
    }

    [Fact]
    public async Task Without_a_good_token_nobody_gets_to_a_hub()
    {
        foreach (var token in new[] { null, "rubbish", Token(_host.Directory.Hooli) })
        {
            await Assert.ThrowsAnyAsync<Exception>(() => BoardClient.ConnectAsync(_host, token));
        }
    }

    [Fact]
    public async Task A_mapping_that_forgot_to_demand_a_token_lets_nobody_in_either()
    {
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var stranger = await BoardClient.ConnectAsync(_host, null, "/unguarded-board");
            await stranger.AskAsync<string>("Who").WaitAsync(Soon, Cancellation);
        });
        await using var acme = await BoardClient.ConnectAsync(_host, Token(Acme), "/unguarded-board");
        Assert.Equal(Acme.TenantId.ToString(), await acme.AskAsync<string>("Who"));
    }

    [Fact]
    public async Task A_hub_that_says_so_is_open_and_has_no_tenant()
    {
        await using var stranger = await BoardClient.ConnectAsync(_host, null, "/open");
        Assert.False(await stranger.AskAsync<bool>("HasTenant"));
    }

    [Fact]
    public async Task A_connection_that_left_is_watched_no_more()
    {
        await (await AtBoardAsync(Acme)).DisposeAsync();
        await _host.Departures.First.WaitAsync(Soon, Cancellation);
        for (var tries = 0; _host.Tokens.Count > 0; tries++)
        {
            Assert.True(tries < 500, "It is still watched.");
            await Task.Delay(10, Cancellation);
        }
    }

    [Fact]
    public void Names_of_two_tenants_never_meet()
    {
        var (one, other) = (TenantId.New(), TenantId.New());
        string[] names = [TenantGroup.Of(one, "x"), TenantGroup.Of(other, "x"), TenantGroup.Of(one, "everyone"), TenantGroup.Everyone(one), TenantGroup.Everyone(other), TenantGroup.User(one, "x"), TenantGroup.Of(one, $"/{other}/group/x")];
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, name => Assert.True(name.StartsWith(one.ToString(), StringComparison.Ordinal) ^ name.StartsWith(other.ToString(), StringComparison.Ordinal)));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Token(TenantEntry tenant) => _host.Directory.Token(tenant);

    private Task<BoardClient> AtBoardAsync(TenantEntry tenant) => BoardClient.AtBoardAsync(_host, Token(tenant));

    private async Task AssertThrownOutAsync(string token, Action end)
    {
        await using var other = await AtBoardAsync(Globex);
        await using var idle = await BoardClient.AtBoardAsync(_host, token);
        var clock = Stopwatch.StartNew();
        end();
        await idle.Closed.WaitAsync(Soon, Cancellation);
        output.WriteLine($"thrown out after {clock.ElapsedMilliseconds} ms");
        Assert.Equal(Globex.TenantId.ToString(), await other.AskAsync<string>("Who"));
    }
}
