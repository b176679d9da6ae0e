using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Authentication;
using Tessera.AspNetCore.Declarations;

namespace Tessera.UnitTests.AspNetCore;

/// <summary>A small application, to be given endpoints and started, or not.</summary>
internal sealed class DeclaredHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DeclaredHost(WebApplication app) => _app = app;

    public required TestDirectory Directory { get; init; }

    public HttpClient Client { get; } = new(new HttpClientHandler { AllowAutoRedirect = false });

    /// <param name="defaultScheme">The scheme that is asked where none is named.</param>
    public static DeclaredHost Build(
        Action<WebApplication> map, Action<IServiceCollection>? add = null, Action<TesseraOptions>? options = null, bool isUsed = true, string defaultScheme = TesseraDefaults.Scheme)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var host = new TesseraOptions { Audience = TestDirectory.Audience };
        options?.Invoke(host);
        builder.Services.AddAuthentication(defaultScheme).AddTesseraScheme(host);
        add?.Invoke(builder.Services);
        var directory = new TestDirectory();
        builder.Services.AddSingleton(directory.Map);
        var app = builder.Build();
        app.UseAuthentication();
        if (isUsed)
        {
            app.UseTessera();
        }

        app.UseAuthorization();
        map(app);
        return new DeclaredHost(app) { Directory = directory };
    }

    /// <summary>The faults for which it does not start.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(Action<WebApplication> map, Action<IServiceCollection>? add = null, bool isUsed = true)
    {
        await using var host = Build(map, add, isUsed: isUsed);
        return (await Assert.ThrowsAsync<UndeclaredEndpointsException>(() => host._app.StartAsync())).Faults;
    }

    public static async Task<DeclaredHost> StartAsync(
        Action<WebApplication> map, Action<IServiceCollection>? add = null, Action<TesseraOptions>? options = null, string defaultScheme = TesseraDefaults.Scheme)
    {
        var host = Build(map, add, options, defaultScheme: defaultScheme);
        await host._app.StartAsync();
        host.Client.BaseAddress = new Uri(host._app.Urls.Single());
        return host;
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? token = null, string? host = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Host = host;
        return Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
