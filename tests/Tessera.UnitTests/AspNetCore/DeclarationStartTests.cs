using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Profiles;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>An application whose endpoints do not say where their tenant comes from does not start.</summary>
public sealed class DeclarationStartTests
{
    private static readonly Action<IServiceCollection> Controllers = services => services.AddControllers().AddApplicationPart(typeof(DeclarationStartTests).Assembly);

    /// <summary>Ways to map an endpoint, and forget to declare it.</summary>
    public static readonly TheoryData<string, Action<WebApplication>> Forgotten = new()
    {
        { "/plain", app => app.MapGet("/plain", () => "x") },
        { "/signed-in", app => app.MapGet("/signed-in", () => "x").RequireAuthorization() },
        { "/group/inner", app => app.MapGroup("/group").MapGet("/inner", () => "x") },
        { "/old", app => app.MapGet("/old", () => Results.Redirect("/new")) },
        { "{*path", app => app.MapFallback(() => "x") },
        { "/hub/negotiate", app => app.MapHub<BareHub>("/hub") },
        { "/delegate", app => app.Map("/delegate", context => context.Response.WriteAsync("x")) },
    };

    [Theory]
    [MemberData(nameof(Forgotten))]
    public async Task An_endpoint_that_declares_nothing_is_listed_with_the_remedy(string name, Action<WebApplication> map)
    {
        var faults = await DeclaredHost.FaultsAsync(map, services => services.AddSignalR());
        Assert.Contains(faults, fault => fault.Contains(name, StringComparison.Ordinal) && fault.Contains("declares nothing", StringComparison.Ordinal) && fault.Contains("WithoutTenant", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_of_them_are_listed_at_once()
    {
        var faults = await DeclaredHost.FaultsAsync(app =>
        {
            app.MapGet("/a", () => "x");
            app.MapGet("/b", () => "x").RequireTenant();
            app.MapGet("/c", () => "x");
        });
        Assert.Equal(["HTTP: GET /a", "HTTP: GET /c"], faults.Select(fault => fault[..12]));
    }

    [Fact]
    public async Task An_action_of_a_controller_declares_itself_or_through_its_controller()
    {
        var faults = await DeclaredHost.FaultsAsync(app => app.MapControllers(), Controllers);
        Assert.Contains("ForgetfulController.Get", Assert.Single(faults), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_declared_starts_in_whatever_form()
    {
        await using var host = await DeclaredHost.StartAsync(
            app =>
            {
                app.MapGet("/attribute", [RequireTenant] () => "x");
                app.MapGroup("/group").RequireTenant().MapGet("/inner", () => "x");
                app.MapGet("/open", () => "x").AllowAnonymous();
                app.MapGet("/none", () => "x").WithoutTenant("nobody's");
                app.MapHub<DeclaredHub>("/hub");
                app.MapGet("/library", () => "x");
            },
            services => services.AddSignalR(),
            options => options.WithoutTenant(endpoint => endpoint.DisplayName!.Contains("/library", StringComparison.Ordinal), "it is a library's"));
        Assert.Equal(401, (int)(await host.GetAsync("/attribute")).StatusCode);
        Assert.Equal(401, (int)(await host.GetAsync("/group/inner")).StatusCode);
        Assert.Equal(401, (int)(await host.GetAsync("/hub")).StatusCode);
        foreach (var path in new[] { "/open", "/none", "/library" })
        {
            Assert.Equal("x", await host.Client.GetStringAsync(path));
        }
    }

    [Fact]
    public async Task A_demand_and_its_opposite_do_not_start_in_any_order()
    {
        var faults = await DeclaredHost.FaultsAsync(app =>
        {
            app.MapGroup("/a").RequireTenant().MapGet("", () => "x").AllowAnonymous();
            app.MapGroup("/b").AllowAnonymous().MapGet("", () => "x").RequireTenant();
            app.MapGroup("/c").RequireTenant().MapGet("", () => "x").WithoutTenant("an exception");
            app.MapGroup("/d").WithoutTenant("all of them").MapGet("", [RequireTenant] () => "x");
        });
        Assert.Equal(4, faults.Count(fault => fault.Contains("demands a tenant and says that it needs none", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_permission_outside_the_catalogue_does_not_start_be_it_of_an_endpoint_or_a_hubs_method()
    {
        void Map(WebApplication app)
        {
            app.MapGet("/typo", () => "x").RequirePermission("orders:wriet");
            app.MapGet("/right", () => "x").RequirePermission("orders:write");
            app.MapHub<MistypedHub>("/hub");
        }

        var faults = await DeclaredHost.FaultsAsync(Map, services => services
            .AddTesseraProfiles(profiles => profiles.Permission("orders:write", "x"))
            .AddSingleton(_ => NpgsqlDataSource.Create("Host=127.0.0.1;Port=9")) // which is not asked before the server listens
            .AddSignalR());
        Assert.Contains(faults, fault => fault.Contains("'orders:wriet'", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("'orders:raed'", StringComparison.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains("/right", StringComparison.Ordinal));
        Assert.Contains(await DeclaredHost.FaultsAsync(Map, services => services.AddSignalR()), fault => fault.Contains("'orders:write'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_pipeline_that_sets_no_tenant_does_not_start() => Assert.Contains(
        await DeclaredHost.FaultsAsync(app => app.MapGet("/a", () => "x").RequireTenant(), isUsed: false), fault => fault.Contains("UseTessera", StringComparison.Ordinal));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Without_tenant_says_why(string why) => Assert.Throws<ArgumentException>(() => new WithoutTenantAttribute(why));

    public sealed class BareHub : Hub;

    [RequireTenant]
    public sealed class DeclaredHub : Hub;

    [RequireTenant]
    public sealed class MistypedHub : Hub
    {
        [RequirePermission("orders:raed")]
        public Task Read() => Clients.Caller.SendAsync("x");
    }
}

[ApiController]
[Route("forgetful")]
public sealed class ForgetfulController : ControllerBase
{
    [HttpGet]
    public string Get() => "x";
}

[ApiController]
[Route("declared")]
[RequireTenant]
public sealed class DeclaredController : ControllerBase
{
    [HttpGet]
    public string Get() => "x";
}

[ApiController]
[Route("by-action")]
public sealed class ByActionController : ControllerBase
{
    [HttpGet]
    [WithoutTenant("it shows an attribute on an action")]
    public string Get() => "x";

    [HttpGet("open")]
    [AllowAnonymous]
    public string Open() => "x";
}
