using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Tessera.Router.Map;
using Tessera.UnitTests.AspNetCore;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Router;

public sealed class ProxyTests : IAsyncLifetime
{
    private RouterHost _router = null!;

    public async ValueTask InitializeAsync() => _router = await RouterHost.StartAsync("MaxBodyBytes=1048576");

    public ValueTask DisposeAsync() => _router.DisposeAsync();

    [Theory]
    [InlineData(RouterHost.AcmeHost, "/login", "eu-1")]
    [InlineData("ACME.auth.test:8400", "/", "eu-1")]
    [InlineData(RouterHost.GlobexHost, "/login", "us-1")]
    [InlineData("initech.auth.test:8400", "/login", "eu-1")] // suspended: its cell says so
    [InlineData(RouterHost.AuthHost, "/eu-central-1_AcmeAcme1/.well-known/openid-configuration", "eu-1")]
    [InlineData(RouterHost.AuthHost, "/us-east-1_GlobexGl1/oauth2/token", "us-1")]
    [InlineData(RouterHost.AuthHost, "/us-east-1_GlobexGl1", "us-1")]
    [InlineData(RouterHost.AuthHost, "/.well-known/oauth-authorization-server/us-east-1_GlobexGl1", "us-1")]
    [InlineData(RouterHost.SharedHost, "/login", "us-1")]
    [InlineData("APP.auth.test:8400", "/oauth2/authorize", "us-1")]
    [InlineData(RouterHost.AuthHost, $"/{RouterHost.SharedRealm}/oauth2/token", "us-1")]
    public async Task A_request_goes_to_the_cell_of_its_host_or_realm(string host, string path, string cell)
    {
        var answer = await _router.SendAsync(host, path + "?a=%2F&b=ä");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal((cell, host, path), (answer.Text("cell"), answer.Text("host"), answer.Text("path")));
        Assert.StartsWith("?a=%2F&b=", answer.Text("query"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_leaves_no_line_in_the_log()
    {
        await _router.StopRouterAsync();
        await _router.StartRouterAsync(log: LogLevel.Information);
        using var lines = new LogLines();
        _router.Get<ILoggerFactory>().AddProvider(lines);
        Assert.Equal(HttpStatusCode.OK, (await _router.SendAsync(RouterHost.AcmeHost, "/login?code=secret")).Status);
        Assert.Equal(HttpStatusCode.OK, (await _router.SendAsync(RouterHost.AuthHost, "/route?slug=acme")).Status);
        Assert.DoesNotContain(lines.All, line => line.Contains("login", StringComparison.Ordinal) || line.Contains("HTTP/1.1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nobody.auth.test:8400", "/login", "host_unknown")]
    [InlineData("nakatomi.auth.test:8400", "/login", "host_unknown")] // lives in a shared realm: no host of its own
    [InlineData("acme.auth.test", "/login", "host_unknown")]
    [InlineData("acme.auth.test:8401", "/login", "host_unknown")]
    [InlineData("acme.auth.test.:8400", "/login", "host_unknown")]
    [InlineData("127.0.0.1", "/eu-central-1_AcmeAcme1/oauth2/token", "host_unknown")]
    [InlineData(RouterHost.AuthHost, "/", "realm_unknown")]
    [InlineData(RouterHost.AuthHost, "/login", "realm_unknown")]
    [InlineData(RouterHost.AuthHost, "/eu-central-1_Nobody123/oauth2/token", "realm_unknown")]
    [InlineData(RouterHost.AuthHost, "/.well-known/oauth-authorization-server", "realm_unknown")]
    [InlineData(RouterHost.AuthHost, "/.well-known/openid-configuration/eu-central-1_AcmeAcme1", "realm_unknown")]
    public async Task What_belongs_to_no_tenant_is_not_found(string host, string path, string code)
    {
        var answer = await _router.SendAsync(host, path);
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal(code, answer.Text("code"));
        Assert.Equal(0, _router.Eu.Requests + _router.Us.Requests);
    }

    [Fact]
    public async Task A_tunnel_is_refused_before_anything_is_forwarded()
    {
        var answer = await _router.SendRawAsync($"CONNECT {RouterHost.AcmeHost} HTTP/1.1\r\nHost: {RouterHost.AcmeHost}\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 405", answer, StringComparison.Ordinal);
        Assert.Equal(0, _router.Eu.Requests);
    }

    [Fact]
    public async Task Headers_that_claim_to_come_from_a_proxy_are_dropped()
    {
        string[] forged =
        [
            "Tessera-Tenant", "tessera-realm", "X-Forwarded-Host", "X-Forwarded-Prefix", "X-Forwarded", "X-Forwarded-Anything", "X-Original-Host",
            "X-Original-URL", "X-Amzn-Oidc-Data", "Forwarded", "X-Real-IP", "X-Rewrite-URL", "X-HTTP-Method-Override",
        ];

        var answer = await _router.SendAsync(
            RouterHost.AcmeHost, "/login", headers: [.. forged.Select(name => (name, "globex.auth.test:8400")),
                ("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Proto", "gopher"), ("Accept-Language", "la"), ("Cookie", "a=b")]);

        Assert.Empty(answer.CellSaw.Keys.Intersect(forged, StringComparer.OrdinalIgnoreCase));
        Assert.Equal("127.0.0.1", answer.CellSaw["X-Forwarded-For"]);
        Assert.Equal("http", answer.CellSaw["X-Forwarded-Proto"]);
        Assert.Equal(("la", "a=b"), (answer.CellSaw["Accept-Language"], answer.CellSaw["Cookie"]));
        Assert.Equal(RouterHost.AcmeHost, answer.Text("host"));
    }

    [Theory]
    [InlineData("Host: acme.auth.test:8400\r\nHost: globex.auth.test:8400")]
    [InlineData("Host: acme.auth.test:8400, globex.auth.test:8400")]
    [InlineData("Host: acme auth")]
    [InlineData("Host:")]
    [InlineData("X-Forwarded-Host: acme.auth.test:8400")]
    public async Task A_request_without_exactly_one_valid_host_is_refused(string hosts) =>
        Assert.StartsWith("HTTP/1.1 400", await _router.SendRawAsync($"GET /login HTTP/1.1\r\n{hosts}\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task A_host_longer_than_any_name_is_refused() =>
        Assert.StartsWith("HTTP/1.1 400", await _router.SendRawAsync($"GET / HTTP/1.1\r\nHost: {new string('a', 300)}\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task An_absolute_address_that_differs_from_the_host_is_refused() =>
        Assert.StartsWith("HTTP/1.1 400", await _router.SendRawAsync(
            $"GET http://{RouterHost.GlobexHost}/ HTTP/1.1\r\nHost: {RouterHost.AcmeHost}\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task Oversized_headers_are_refused() =>
        Assert.StartsWith("HTTP/1.1 431", await _router.SendRawAsync(
            $"GET / HTTP/1.1\r\nHost: {RouterHost.AcmeHost}\r\nX-Long: {new string('a', 20_000)}\r\n\r\n"), StringComparison.Ordinal);

    [Fact]
    public async Task The_door_of_the_control_plane_is_not_reached_even_if_a_tenant_claims_its_host()
    {
        var door = new Uri(_router.Eu.Endpoint).Authority;
        var answer = await _router.SendAsync(door, "/cell/pools/x", HttpMethod.Put);
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal(0, _router.Eu.Requests);
    }

    [Fact]
    public async Task A_cell_that_is_down_takes_nobody_else_with_it()
    {
        await _router.SendAsync(RouterHost.AcmeHost, "/login");
        await _router.Eu.StopAsync();

        var down = await _router.SendAsync(RouterHost.AcmeHost, "/login");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, down.Status);
        Assert.Equal("cell_unavailable", down.Text("code"));
        Assert.Equal("5", down.Headers["Retry-After"]);
        Assert.Equal("us-1", (await _router.SendAsync(RouterHost.GlobexHost, "/login")).Text("cell"));

        await _router.Eu.StartAsync();
        Assert.Equal("eu-1", (await _router.SendAsync(RouterHost.AcmeHost, "/login")).Text("cell"));
    }

    [Fact]
    public async Task A_tenant_of_an_unknown_cell_is_told_to_come_back()
    {
        var answer = await _router.SendAsync("ghost.auth.test:8400", "/login");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.True(answer.Headers.ContainsKey("Retry-After"));
    }

    [Fact]
    public async Task A_cell_that_breaks_off_is_a_bad_gateway()
    {
        _router.Eu.Special["/login"] = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        var answer = await _router.SendAsync(RouterHost.AcmeHost, "/login", HttpMethod.Post, new StringContent("a=b"));
        Assert.Equal(HttpStatusCode.BadGateway, answer.Status);
        Assert.Equal("cell_failed", answer.Text("code"));
    }

    [Fact]
    public async Task A_redirect_and_a_cookie_of_the_cell_reach_the_browser_unchanged()
    {
        _router.Eu.Special["/login"] = context =>
        {
            context.Response.Headers.SetCookie = "__Host-session=x; path=/; secure; httponly";
            context.Response.Redirect("http://acme.auth.test:8400/next");
            return Task.CompletedTask;
        };
        var answer = await _router.SendAsync(RouterHost.AcmeHost, "/login");
        Assert.Equal(HttpStatusCode.Redirect, answer.Status);
        Assert.Equal("http://acme.auth.test:8400/next", answer.Headers["Location"]);
        Assert.StartsWith("__Host-session=x", answer.Headers["Set-Cookie"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_one_mebibyte_is_refused(bool chunked)
    {
        _router.Eu.Special["/upload"] = async context => await context.Request.Body.CopyToAsync(Stream.Null);
        HttpContent body = chunked ? new StreamContent(new Unsized(new byte[2_000_000])) : new ByteArrayContent(new byte[1_048_577]);
        try
        {
            var answer = await _router.SendAsync(RouterHost.AcmeHost, "/upload", HttpMethod.Post, body);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
            Assert.Equal("body_too_large", answer.Text("code"));
        }
        catch (HttpRequestException e)
        {
            // The router may hang up on a client that goes on sending.
            Assert.IsType<SocketException>(e.GetBaseException());
        }
    }

    [Fact]
    public async Task A_restart_without_the_control_plane_routes_from_disk()
    {
        await _router.StopRouterAsync();
        await _router.Directory.StopAsync();
        await _router.StartRouterAsync();

        Assert.Equal("eu-1", (await _router.SendAsync(RouterHost.AcmeHost, "/login")).Text("cell"));
        Assert.Equal(HttpStatusCode.OK, (await _router.SendAsync(RouterHost.AuthHost, "/route?slug=globex")).Status);
    }

    [Fact]
    public async Task Health_is_told_on_the_auth_host_and_left_to_the_cell_elsewhere()
    {
        Assert.Equal("ok", (await _router.SendAsync(RouterHost.AuthHost, "/health")).Text("status"));
        Assert.Equal("eu-1", (await _router.SendAsync(RouterHost.AcmeHost, "/health")).Text("cell"));
    }

    [Fact]
    public async Task A_router_that_has_not_been_told_everything_says_so_of_whom_it_does_not_know()
    {
        await _router.StopRouterAsync();
        Directory.Delete(_router.DataFolder, recursive: true);
        _router.Directory.PageSize = 3; // the two cells and acme
        _router.Directory.Forge = after => after == 0 ? null : "no page";
        await _router.StartRouterAsync(isWhole: false);
        await Eventually.HoldsAsync(() => _router.Get<RouteMap>().Revision >= 3, "the first page");
        Assert.Equal("eu-1", (await _router.SendAsync(RouterHost.AcmeHost, "/login")).Text("cell"));
        foreach (var (host, path) in new[] { ("nobody.auth.test:8400", "/login"), (RouterHost.AuthHost, "/route?slug=nobody"), (RouterHost.AuthHost, "/us-east-1_Nobody123/oauth2/token") })
        {
            var answer = await _router.SendAsync(host, path);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "directory_loading", "1"), (answer.Status, answer.Text("code"), answer.Headers["Retry-After"]));
        }

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "loading"), await HealthAsync());
        _router.Directory.Forge = null;
        _router.Directory.PageSize = 100;
        await Eventually.HoldsAsync(() => _router.Get<RouteMap>().IsWhole, "the rest");
        Assert.Equal("host_unknown", (await _router.SendAsync("nobody.auth.test:8400", "/login")).Text("code"));
        Assert.Equal((HttpStatusCode.OK, "ok"), await HealthAsync());

        async Task<(HttpStatusCode, string?)> HealthAsync()
        {
            var answer = await _router.SendAsync(RouterHost.AuthHost, "/health");
            return (answer.Status, answer.Text("status"));
        }
    }

    private sealed class Unsized(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
