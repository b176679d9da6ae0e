using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore;
using Tessera.AspNetCore.Declarations;

namespace Tessera.SystemTests.Running;

/// <summary>The smallest API a SaaS could have: it knows the deployment by its feed and answers whoever has a token.</summary>
public sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly HttpClient _http = new();

    private ApiHost(WebApplication app, string folder) => (_app, _folder) = (app, folder);

    public static async Task<ApiHost> StartAsync(AdminApi admin, string controlPlane)
    {
        var folder = Demo.NewFolder();
        var feedKey = (await admin.MadeAsync("/keys", new { name = "api", scopes = new[] { "feed:read" } })).GetProperty("key").GetString()!;
        var directoryKey = (await admin.GetAsync("/directory/key")).Body.GetRawText();
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Services.AddTessera(options =>
        {
            (options.ControlPlane, options.FeedKey, options.DirectoryKey) = (new Uri(controlPlane), feedKey, directoryKey);
            (options.Audience, options.Data) = ("orders", folder);
        });
        builder.Services.AddAuthorization();
        var app = builder.Build();
        app.UseAuthentication();
        app.UseTessera();
        app.UseAuthorization();
        app.MapGet("/me", (HttpContext http) => http.User.FindFirst("sub")?.Value).RequireTenant();
        await app.StartAsync();
        return new ApiHost(app, folder);
    }

    /// <summary>What the API answers to the bearer of the token.</summary>
    public async Task<int> AskAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_app.Urls.Single()}/me");
        request.Headers.Authorization = new("Bearer", token);
        using var response = await _http.SendAsync(request);
        return (int)response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
