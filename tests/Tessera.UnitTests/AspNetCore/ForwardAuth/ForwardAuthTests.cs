using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.ForwardAuth;
using Tessera.Contracts.Feed;

namespace Tessera.UnitTests.AspNetCore.ForwardAuth;

/// <summary>What a proxy is told: in the middle of an API and in a process of its own the same.</summary>
public abstract class ForwardAuthTests(bool underTessera) : IAsyncLifetime
{
    private static readonly string[] Headers = ["Tessera-Tenant-Id", "Tessera-Tenant", "Tessera-Subject", "Tessera-Client-Id", "Tessera-Session", "Tessera-Scope"];
    private readonly TestDirectory _directory = new();
    private readonly HttpClient _client = new();
    private WebApplication _app = null!;

    private TenantEntry Acme => _directory.Acme;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(_directory.Map);
        builder.Services.AddAuthentication(TesseraDefaults.Scheme).AddTesseraScheme(new TesseraOptions { Audience = TestDirectory.Audience });
        _app = builder.Build();
        _app.UseRouting();
        _app.UseAuthentication();
        if (underTessera)
        {
            _app.UseTessera();
        }

        _app.UseAuthorization();
        _app.MapTesseraForwardAuth("/forward-auth");
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_good_token_is_told_with_every_header_empty_or_not()
    {
        using var response = await AskAsync(_directory.Token(Acme));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([Acme.TenantId.ToString(), "acme", LiveHost.Subject, Acme.Clients[0].Value, "", "openid"], Headers.Select(name => Assert.Single(response.Headers.GetValues(name))));
        Assert.True(response.Headers.CacheControl!.NoStore);
        using var withSession = await AskAsync(_directory.Token(Acme, "sid", "s1"));
        Assert.Equal("s1", Assert.Single(withSession.Headers.GetValues("Tessera-Session")));
    }

    [Theory]
    [InlineData("GET", "/forward-auth/orders/7?x=y")]
    [InlineData("DELETE", "/forward-auth/a/../b%2F..%2Fc")]
    [InlineData("PROPFIND", "/forward-auth/")]
    public async Task Envoy_may_append_the_path_and_keep_the_method(string method, string path)
    {
        using var response = await AskAsync(_directory.Token(Acme), path, method);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task No_token_or_a_bad_one_is_401_with_a_challenge_and_says_nothing_of_anybody()
    {
        foreach (var (token, challenge) in new[] { (null, "Bearer"), ("rubbish", "Bearer error=\"invalid_token\""), (_directory.Token(_directory.Hooli), "Bearer error=\"invalid_token\""), (_directory.Token(Acme, "aud", "other"), "Bearer error=\"invalid_token\"") })
        {
            using var response = await AskAsync(token);
            Assert.Equal((HttpStatusCode.Unauthorized, challenge), (response.StatusCode, response.Headers.WwwAuthenticate.ToString()));
            Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Tessera", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("X-Tenant-Id", "globex")]
    [InlineData("Tessera-Tenant-Id", "globex")]
    [InlineData("tessera-tenant-id", "acme,globex")]
    [InlineData("X-Original-URI", "/orders?tenant=globex")]
    [InlineData("X-Forwarded-Uri", "/orders?a=b&TENANT_ID=globex")]
    public async Task A_request_that_names_another_tenant_is_403(string header, string value)
    {
        using var response = await AskAsync(_directory.Token(Acme), change: request => request.Headers.Add(header, value.Split(',')));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.DoesNotContain("Tessera-Tenant-Id", response.Headers.Select(told => told.Key));
    }

    [Theory]
    [InlineData("/forward-auth/orders?tenant=globex")]
    [InlineData("/forward-auth/orders?tenant_id=globex")]
    public async Task So_is_one_whose_path_Envoy_appended(string path)
    {
        using var response = await AskAsync(_directory.Token(Acme), path);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("Tessera_Tenant_Id")]
    [InlineData("tessera_subject")]
    [InlineData("Tessera-Tenant_Id")]
    [InlineData("TESSERA_SCOPE")]
    public async Task A_header_that_some_applications_read_as_one_of_these_is_403(string header)
    {
        using var response = await AskAsync(_directory.Token(Acme), change: request => request.Headers.Add(header, Acme.TenantId.ToString()));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("openid", 200)]
    [InlineData("openid orders", 200)]
    [InlineData("orders:write", 403)]
    [InlineData("openid orders:write", 403)]
    [InlineData("Openid", 403)]
    [InlineData("a\"b", 403)]
    public async Task Scopes_the_proxy_demands_must_be_there(string demand, int status)
    {
        using var response = await AskAsync(_directory.Token(Acme, "scope", "openid orders"), change: request => request.Headers.Add("Tessera-Demand-Scope", demand));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 403, response.Headers.WwwAuthenticate.ToString().StartsWith("Bearer error=\"insufficient_scope\"", StringComparison.Ordinal));
        Assert.DoesNotContain("a\"b", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_who_adds_a_demand_takes_none_away()
    {
        using var response = await AskAsync(_directory.Token(Acme, "scope", "openid"), change: request => request.Headers.Add("Tessera-Demand-Scope", ["openid", "orders:write"]));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task A_claim_that_is_no_plain_text_is_not_told()
    {
        using var response = await AskAsync(_directory.Token(Acme, "sid", "a\r\nTessera-Tenant-Id: globex"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("", Assert.Single(response.Headers.GetValues("Tessera-Session")));
        Assert.Equal(Acme.TenantId.ToString(), Assert.Single(response.Headers.GetValues("Tessera-Tenant-Id")));
    }

    private Task<HttpResponseMessage> AskAsync(string? token, string path = "/forward-auth", string method = "GET", Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        change?.Invoke(request);
        return _client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}

public sealed class ForwardAuthAloneTests() : ForwardAuthTests(underTessera: false);

public sealed class ForwardAuthInAnApiTests() : ForwardAuthTests(underTessera: true);
