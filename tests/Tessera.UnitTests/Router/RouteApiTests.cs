using System.Net;
using Tessera.Contracts.Errors;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Router;

public sealed class RouteApiTests : IAsyncLifetime
{
    private RouterHost _router = null!;

    public async ValueTask InitializeAsync() => _router = await RouterHost.StartAsync();

    public ValueTask DisposeAsync() => _router.DisposeAsync();

    [Theory]
    [InlineData("slug=acme")]
    [InlineData("host=acme.auth.test:8400")]
    [InlineData("host=ACME.auth.test%3A8400")]
    [InlineData("client_id=acmeclient")]
    [InlineData("realm=eu-central-1_AcmeAcme1")]
    public async Task A_tenant_is_found_by_each_of_the_four_keys(string query)
    {
        var answer = await AskAsync(query);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(
            ["client_id", "issuer", "region", "sign_in_host", "slug", "tenant_id", "user_pool_id"],
            answer.Json.EnumerateObject().Select(member => member.Name).Order());
        Assert.Equal(_router.Acme.TenantId.ToString(), answer.Text("tenant_id"));
        Assert.Equal("http://acme.auth.test:8400", answer.Text("sign_in_host"));
        Assert.Equal("eu-central-1", answer.Text("region"));
        Assert.Equal("public, max-age=60", answer.Headers["Cache-Control"]);
        Assert.Equal("*", answer.Headers["Access-Control-Allow-Origin"]);
    }

    [Fact]
    public async Task Tenants_of_a_user_pool_have_routes_to_it_by_slug_and_client_and_none_by_what_they_share()
    {
        var (vandelay, bluth) = await _router.PublishUserPoolAsync();
        foreach (var query in new[] { "slug=vandelay", $"client_id={vandelay.Clients[0]}" })
        {
            var answer = await AskAsync(query);
            Assert.Equal(
                (vandelay.TenantId.ToString(), RouterHost.UserPool, vandelay.Clients[0].Value, "eu-west-1"),
                (answer.Text("tenant_id"), answer.Text("user_pool_id"), answer.Text("client_id"), answer.Text("region")));
            Assert.Equal(($"https://cognito-idp.eu-west-1.amazonaws.com/{RouterHost.UserPool}", "https://login.example.com"), (answer.Text("issuer"), answer.Text("sign_in_host")));
        }

        var shared = await AskAsync("slug=bluth");
        Assert.Equal((bluth.TenantId.ToString(), RouterHost.UserPool, "poolclient"), (shared.Text("tenant_id"), shared.Text("user_pool_id"), shared.Text("client_id")));
        foreach (var query in new[] { $"realm={RouterHost.UserPool}", "host=login.example.com", "client_id=poolclient" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(query)).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await _router.SendAsync(RouterHost.AuthHost, $"/{RouterHost.UserPool}/.well-known/openid-configuration")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await _router.SendAsync("login.example.com", "/login")).Status);
    }

    [Theory]
    [InlineData("", "route_key_required", null)]
    [InlineData("slug=acme&realm=eu-central-1_AcmeAcme1", "route_key_required", "realm")]
    [InlineData("slug=acme&slug=globex", "parameter_repeated", "slug")]
    [InlineData("slug=acme&SLUG=globex", "parameter_unknown", "SLUG")]
    [InlineData("slug=", "parameter_invalid", "slug")]
    [InlineData("slug=ACME", "parameter_invalid", "slug")]
    [InlineData("slug=acme%00", "parameter_invalid", "slug")]
    [InlineData("realm=acme", "parameter_invalid", "realm")]
    [InlineData("client_id=a-b", "parameter_invalid", "client_id")]
    [InlineData("host=http://acme.auth.test", "parameter_invalid", "host")]
    [InlineData("email=ada@example.com", "parameter_unknown", "email")]
    [InlineData("slug=acme&callback=x", "parameter_unknown", "callback")]
    [InlineData("SLUG=acme", "parameter_unknown", "SLUG")]
    public async Task A_question_that_is_not_one_is_refused_by_name(string query, string code, string? field)
    {
        var answer = await AskAsync(query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(Problem.MediaType, answer.Headers["Content-Type"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal(code, answer.Text("code"));
        Assert.Equal(field, answer.Json.TryGetProperty("field", out var named) ? named.GetString() : null);
    }

    [Fact]
    public async Task An_oversized_value_is_refused()
    {
        var answer = await AskAsync($"host={new string('a', 257)}");
        Assert.Equal("parameter_invalid", answer.Text("code"));
    }

    [Theory]
    [InlineData("slug=nobody")]
    [InlineData("host=acme.auth.test")] // another port is another host
    [InlineData("client_id=nobody")]
    [InlineData("realm=eu-central-1_Nobody123")]
    [InlineData("slug=initech")] // suspended
    [InlineData("slug=ghost")] // its cell is unknown
    [InlineData("host=app.auth.test:8400")] // a shared realm is no single tenant's
    [InlineData("client_id=sharedclient")]
    [InlineData("realm=us-east-1_SharedSh1")]
    public async Task What_is_not_there_is_not_found_and_not_kept(string query)
    {
        var answer = await AskAsync(query);
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("route_unknown", answer.Text("code"));
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task A_shared_tenant_is_sent_to_its_shared_realm_and_once_promoted_to_its_own()
    {
        var shared = await AskAsync("slug=nakatomi");
        Assert.Equal(HttpStatusCode.OK, shared.Status);
        Assert.Equal(
            (_router.Nakatomi.TenantId.ToString(), RouterHost.SharedRealm, "sharedclient", "us-east-1"),
            (shared.Text("tenant_id"), shared.Text("user_pool_id"), shared.Text("client_id"), shared.Text("region")));
        Assert.Equal(("http://app.auth.test:8400", $"http://localhost:8400/{RouterHost.SharedRealm}"), (shared.Text("sign_in_host"), shared.Text("issuer")));

        var own = FeedSource.Tenant("nakatomi", _router.Nakatomi.Cell, "us-east-1_Nakatomi1", "nakatomi.auth.test:8400");
        await _router.PublishAsync(own with { TenantId = _router.Nakatomi.TenantId, SharedRealm = _router.Nakatomi.SharedRealm });

        foreach (var query in new[] { "slug=nakatomi", "host=nakatomi.auth.test:8400", "client_id=nakatomiclient", "realm=us-east-1_Nakatomi1" })
        {
            var promoted = await AskAsync(query);
            Assert.Equal(
                (_router.Nakatomi.TenantId.ToString(), "us-east-1_Nakatomi1", "nakatomiclient", "http://nakatomi.auth.test:8400"),
                (promoted.Text("tenant_id"), promoted.Text("user_pool_id"), promoted.Text("client_id"), promoted.Text("sign_in_host")));
        }

        Assert.Equal("us-1", (await _router.SendAsync(RouterHost.SharedHost, "/login")).Text("cell")); // the old client still works
    }

    [Fact]
    public async Task The_route_api_is_on_the_auth_host_alone()
    {
        var answer = await _router.SendAsync(RouterHost.AcmeHost, "/route?slug=acme");
        Assert.Equal("eu-1", answer.Text("cell"));
    }

    [Fact]
    public async Task A_source_that_asks_too_often_is_slowed_down()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 900).Select(_ => AskAsync("slug=acme")));
        var refused = answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.Equal("rate_limited", refused[0].Text("code"));
        Assert.Equal("1", refused[0].Headers["Retry-After"]);
        Assert.True(answers.Count(answer => answer.Status == HttpStatusCode.OK) >= 400);
    }

    private Task<Answer> AskAsync(string query) => _router.SendAsync(RouterHost.AuthHost, $"/route?{query}");
}
