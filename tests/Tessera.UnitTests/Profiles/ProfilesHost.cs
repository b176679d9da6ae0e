using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Declarations;
using Tessera.AspNetCore.Profiles;
using Tessera.Contracts.Feed;
using Tessera.Postgres.Tenants;
using Tessera.UnitTests.AspNetCore;
using Tessera.UnitTests.Postgres;

namespace Tessera.UnitTests.Profiles;

/// <summary>Two instances of an application over one real PostgreSQL. Each test makes tenants' people of its own.</summary>
public sealed class ProfilesHost : IAsyncLifetime
{
    private readonly List<WebApplication> _apps = [];

    internal TestDatabase Database { get; } = new();

    internal TestDirectory Directory { get; } = new();

    internal HttpClient One { get; } = new();

    internal HttpClient Other { get; } = new();

    internal IServiceProvider Services => _apps[0].Services;

    internal TenantEntry Acme => Directory.Acme;

    internal TenantEntry Globex => Directory.Globex;

    public static void Roles(ProfilesOptions profiles)
    {
        profiles.Permission("orders:read", "See orders").Permission("orders:write", "Place orders").Permission("orders:refund", "Give money back")
            .Role("reader", "orders:read").Role("clerk", "orders:read", "orders:write")
            .Role("manager", "orders:read", "orders:write", ProfilePermissions.Manage)
            .Role("root", "orders:read", "orders:write", "orders:refund", ProfilePermissions.Manage, ProfilePermissions.GrantAny);
        profiles.DefaultMachineRole = "reader";
    }

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        await TestDatabase.ExecuteAsync(Database.Owner, ProfileSchema.Create(Database.RuntimeRole));
        One.BaseAddress = await StartAsync();
        Other.BaseAddress = await StartAsync();
    }

    /// <summary>A subject nobody has met.</summary>
    internal static string Stranger() => Guid.CreateVersion7().ToString();

    /// <summary>Gives a subject a profile, as the application's own code does.</summary>
    internal async Task<Profile> GiveAsync(TenantEntry tenant, string sub, ProfileSpec spec)
    {
        await using var scope = Scope(tenant);
        return Assert.IsType<ProfileResult<Profile>.Done>(await scope.ServiceProvider.GetRequiredService<TenantProfiles>().PutAsync(sub, spec)).Value;
    }

    internal async Task<string> SomebodyAsync(TenantEntry tenant, params string[] roles)
    {
        var sub = Stranger();
        await GiveAsync(tenant, sub, new ProfileSpec { Roles = roles });
        return sub;
    }

    internal AsyncServiceScope Scope(TenantEntry tenant)
    {
        var scope = Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<TenantScope>().Set(tenant.TenantId);
        return scope;
    }

    internal async Task<int> StatusAsync(HttpClient instance, TenantEntry tenant, string sub, string path, HttpMethod? method = null)
    {
        using var response = await SendAsync(instance, tenant, sub, method ?? HttpMethod.Get, path);
        return (int)response.StatusCode;
    }

    internal async Task<HttpResponseMessage> SendAsync(
        HttpClient instance, TenantEntry tenant, string sub, HttpMethod method, string path, string? body = null, string? match = null, string type = "application/json")
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, type) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Directory.Token(tenant, "sub", sub));
        if (match is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", match);
        }

        return await instance.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        One.Dispose();
        Other.Dispose();
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    private async Task<Uri> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Directory.Map);
        builder.Services.AddAuthentication(TesseraDefaults.Scheme).AddTesseraScheme(new TesseraOptions { Audience = TestDirectory.Audience });
        builder.Services.AddTesseraProfiles(Roles);
        builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(Database.RuntimeConnection()));
        builder.Services.AddAuthorization(options => options.AddPolicy("refunds", policy => policy.RequirePermission("orders:refund")));
        var app = builder.Build();
        app.UseAuthentication();
        app.UseTessera();
        app.UseAuthorization();
        app.MapGet("/read", () => "read").RequirePermission("orders:read");
        app.MapGet("/write", () => "written").RequirePermission("orders:write");
        app.MapGet("/both", () => "both").RequirePermission("orders:read").RequirePermission("orders:write");
        app.MapGet("/refund", () => "refunded").RequireTenant().RequireAuthorization("refunds");
        app.MapGet("/roles", (ClaimsPrincipal user) => $"{user.IsInRole("clerk")} {user.IsInRole("night-shift")} {user.HasPermission("orders:write")}").RequireTenant();
        app.MapTesseraProfiles("/profiles");
        await app.StartAsync();
        _apps.Add(app);
        return new Uri(app.Urls.Single());
    }
}
