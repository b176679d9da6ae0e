using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Declarations;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>An API on loopback, with a directory filled by hand.</summary>
public sealed class ApiHost : IAsyncLifetime
{
    private readonly WebApplication _app;
    private readonly LogLines _log = new();

    public ApiHost()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(_log);
        builder.Services.AddSingleton(Directory.Map);
        builder.Services.AddAuthentication(TesseraDefaults.Scheme).AddTesseraScheme(new TesseraOptions { Audience = TestDirectory.Audience });
        _app = builder.Build();
        _app.UseAuthentication();
        _app.UseTessera();
        _app.UseAuthorization();
        string Who(TenantScope scope) => scope.Tenant.ToString();
        _app.MapGet("/who", Who).RequireTenant();
        _app.MapPost("/who", async (HttpRequest request, TenantScope scope) => $"{scope.Tenant} {(await new StreamReader(request.Body).ReadToEndAsync()).Length}").RequireTenant();
        _app.MapGet("/tenants/{tenantId}/who", Who).RequireTenant();
        _app.MapGet("/by/{tenant}/who", Who).RequireTenant();
        _app.MapGet("/claims", (HttpContext context) => string.Join(',', context.User.Claims.Select(c => c.Type))).RequireTenant();
        _app.MapGet("/open", (TenantScope scope) => scope.IsSet).AllowAnonymous();
        _app.MapGet("/open/read", (TenantScope scope) =>
        {
            try
            {
                return scope.Tenant.ToString();
            }
            catch (TenantNotSetException)
            {
                return "no tenant";
            }
        }).WithoutTenant("it shows what becomes of a scope");
    }

    public HttpClient Client { get; } = new();

    internal TestDirectory Directory { get; } = new();

    public IReadOnlyList<string> Log => [.. _log.All];

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync();
        Client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public Task<HttpResponseMessage> SendAsync(string? token, string path = "/who", Action<HttpRequestMessage>? change = null, HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        change?.Invoke(request);
        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
