using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Declarations;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>What endpoints declare holds for every request.</summary>
public sealed class DeclarationTests
{
    [Fact]
    public async Task An_endpoint_that_demands_a_tenant_has_the_tokens_and_is_shut_without_one()
    {
        await using var host = await DeclaredHost.StartAsync(app => app.MapGet("/who", (TenantScope scope) => scope.Tenant.ToString()).RequireTenant());
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/who")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/who", "rubbish")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/who", host.Directory.Token(host.Directory.Hooli))).StatusCode);
        Assert.Equal(host.Directory.Acme.TenantId.ToString(), await BodyAsync(host.GetAsync("/who", host.Directory.Token(host.Directory.Acme))));
    }

    [Theory]
    [InlineData("/none")]
    [InlineData("/open")]
    [InlineData("/library")]
    public async Task An_endpoint_without_a_tenant_never_sees_one_whoever_calls(string path)
    {
        static string Scope(TenantScope scope) => scope.IsSet ? "a tenant" : Assert.Throws<TenantNotSetException>(() => scope.Tenant).GetType().Name;
        await using var host = await DeclaredHost.StartAsync(
            app =>
            {
                app.MapGet("/none", Scope).WithoutTenant("a test");
                app.MapGet("/open", Scope).AllowAnonymous();
                app.MapGet("/library", Scope);
            },
            options: options => options.WithoutTenant(endpoint => endpoint is RouteEndpoint { RoutePattern.RawText: "/library" }, "a test"));
        var token = host.Directory.Token(host.Directory.Acme);
        Assert.Equal(nameof(TenantNotSetException), await BodyAsync(host.GetAsync(path)));
        Assert.Equal(nameof(TenantNotSetException), await BodyAsync(host.GetAsync(path, token)));
        Assert.Equal(nameof(TenantNotSetException), await BodyAsync(host.GetAsync($"{path}?tenant=acme", token)));
        Assert.Equal(HttpStatusCode.BadRequest, (await host.GetAsync($"{path}?tenant=globex", token)).StatusCode);
    }

    [Fact]
    public async Task What_is_not_there_has_no_tenant_and_says_so_itself()
    {
        await using var host = await DeclaredHost.StartAsync(app => app.MapPost("/only-post", () => "x").RequireTenant());
        var token = host.Directory.Token(host.Directory.Acme);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/nowhere")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync("/nowhere", token)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.GetAsync("/only-post")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.GetAsync("/only-post", token)).StatusCode);
    }

    [Fact]
    public async Task An_endpoint_that_came_after_the_start_is_not_served_unless_it_declares_itself()
    {
        var late = new LateEndpoints();
        await using var host = await DeclaredHost.StartAsync(app => ((IEndpointRouteBuilder)app).DataSources.Add(late));
        late.Add("/late");
        late.Add("/late-signed-in", new AuthorizeAttribute());
        late.Add("/late-both", new RequireTenantAttribute(), new AllowAnonymousAttribute());
        late.Add("/late-declared", new RequireTenantAttribute());
        late.Add("/late-none", new WithoutTenantAttribute("a test"));
        var token = host.Directory.Token(host.Directory.Acme);
        foreach (var path in new[] { "/late", "/late-signed-in", "/late-both" })
        {
            var refused = await host.GetAsync(path, token);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains("endpoint_undeclared", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync(path)).StatusCode);
        }

        Assert.Equal("late", await BodyAsync(host.GetAsync("/late-declared", token)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/late-declared")).StatusCode);
        Assert.Equal("late", await BodyAsync(host.GetAsync("/late-none")));
    }

    [Fact]
    public async Task Beside_a_scheme_that_is_asked_first_it_is_the_token_that_counts()
    {
        await using var host = await DeclaredHost.StartAsync(
            app => app.MapGet("/who", (TenantScope scope, ClaimsPrincipal user) => $"{scope.Tenant} {user.FindFirstValue("sub") is not null}").RequireTenant(),
            services => services.AddAuthentication().AddCookie(),
            defaultScheme: CookieAuthenticationDefaults.AuthenticationScheme);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/who")).StatusCode);
        Assert.Equal($"{host.Directory.Acme.TenantId} True", await BodyAsync(host.GetAsync("/who", host.Directory.Token(host.Directory.Acme))));
    }

    [Fact]
    public async Task An_identity_that_only_looks_like_a_tokens_is_none()
    {
        await using var host = await DeclaredHost.StartAsync(
            app => app.MapGet("/who", (TenantScope scope) => scope.Tenant.ToString()).RequireTenant().RequireAuthorization(policy => policy.AddAuthenticationSchemes("Lookalike").RequireAuthenticatedUser()),
            services => services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, Lookalike>("Lookalike", null),
            defaultScheme: "Lookalike");
        Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync("/who")).StatusCode);
    }

    [Fact]
    public async Task A_fallback_policy_of_the_applications_own_keeps_holding()
    {
        await using var host = await DeclaredHost.StartAsync(
            app => app.MapGet("/none", () => "x").WithoutTenant("a test"),
            services => services.AddAuthorization(options => options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.GetAsync("/none")).StatusCode);
        Assert.Equal("x", await BodyAsync(host.GetAsync("/none", host.Directory.Token(host.Directory.Acme))));
    }

    [Fact]
    public async Task The_fallback_alone_keeps_an_undeclared_endpoint_shut()
    {
        await using var services = new ServiceCollection().AddLogging().AddAuthentication().AddTesseraScheme(new TesseraOptions()).Services.BuildServiceProvider();
        var policy = await services.GetRequiredService<IAuthorizationPolicyProvider>().GetFallbackPolicyAsync();
        async Task<bool> IsLetInAsync(params object[] metadata)
        {
            var context = new DefaultHttpContext { RequestServices = services };
            context.SetEndpoint(new RouteEndpoint(_ => Task.CompletedTask, RoutePatternFactory.Parse("/x"), 0, new EndpointMetadataCollection(metadata), "x"));
            return (await services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(new ClaimsPrincipal(), context, policy!)).Succeeded;
        }

        Assert.False(await IsLetInAsync());
        Assert.True(await IsLetInAsync(new WithoutTenantAttribute("a test")));
    }

    [Fact]
    public async Task In_a_branch_that_sets_no_tenant_an_endpoint_that_demands_one_is_shut()
    {
        await using var host = await DeclaredHost.StartAsync(app => app.Map("/branch", branch =>
        {
            branch.UseRouting();
            branch.UseAuthorization();
            branch.UseEndpoints(routes => routes.MapGet("/who", (TenantScope scope) => scope.IsSet).RequireTenant());
        }));
        Assert.Equal(HttpStatusCode.Forbidden, (await host.GetAsync("/branch/who", host.Directory.Token(host.Directory.Acme))).StatusCode);
    }

    private static async Task<string> BodyAsync(Task<HttpResponseMessage> sending) => await (await sending).Content.ReadAsStringAsync();

    private sealed class Lookalike(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var identity = new ClaimsIdentity([new Claim("sub", "x"), new Claim("tenant_id", Guid.CreateVersion7().ToString())], "Tessera");
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), "Lookalike")));
        }
    }

    private sealed class LateEndpoints : EndpointDataSource, IDisposable
    {
        private readonly List<Endpoint> _endpoints = [];
        private CancellationTokenSource _change = new();

        public override IReadOnlyList<Endpoint> Endpoints => [.. _endpoints];

        public override IChangeToken GetChangeToken() => new CancellationChangeToken(_change.Token);

        public void Add(string path, params object[] metadata)
        {
            _endpoints.Add(new RouteEndpoint(context => context.Response.WriteAsync("late"), RoutePatternFactory.Parse(path), 0, new EndpointMetadataCollection(metadata), path));
            var changed = _change;
            _change = new CancellationTokenSource();
            changed.Cancel();
            changed.Dispose();
        }

        public void Dispose() => _change.Dispose();
    }
}
