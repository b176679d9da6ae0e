using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Cell;
using Tessera.UnitTests.ControlPlane;

namespace Tessera.UnitTests.Moves;

/// <summary>A cell as it runs: joined to a control plane with a token, on a store of its own.</summary>
internal sealed class RunningCell : IAsyncDisposable
{
    private readonly string[] _args;
    private readonly HttpClient _http;
    private WebApplication _app;

    private RunningCell(WebApplication app, string[] args, string folder, string origin) =>
        (_app, _args, Folder, _http) = (app, args, folder, new HttpClient { BaseAddress = new Uri(origin) });

    public string Folder { get; }

    public static async Task<RunningCell> JoinAsync(ControlHost control, string id, string region, string store)
    {
        var invited = await control.SendAsync(HttpMethod.Post, "/cells", new { cell_id = id, region });
        var folder = Directory.CreateTempSubdirectory("tessera-cell-").FullName;
        var origin = $"http://127.0.0.1:{FreePort.Next()}";
        List<string> args =
        [
            $"--Cell:Id={id}", $"--Cell:Listen={origin}", $"--Cell:Data={folder}", "--Cell:AuthHost=http://localhost:8400", $"--Cell:ControlPlane={control.App.Urls.Single()}",
            $"--Cell:JoinToken={invited.Body!["join_token"]}", "--Logging:LogLevel:Default=Error",
        ];
        if (store == Stores.Postgres)
        {
            var (runtime, owner) = await TestPostgres.CreateAsync();
            args.AddRange([$"--Cell:Postgres={runtime}", $"--Cell:PostgresOwner={owner}"]);
        }

        var app = CellApp.Build([.. args]);
        await app.StartAsync();
        return new RunningCell(app, [.. args], folder, origin);
    }

    public TService Get<TService>() where TService : notnull => _app.Services.GetRequiredService<TService>();

    /// <summary>Stops it and starts it again on what it has kept.</summary>
    public async Task RestartAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = CellApp.Build(_args);
        await _app.StartAsync();
    }

    /// <summary>A form sent to the auth host at the realm's path, as a client with a secret.</summary>
    public async Task<(HttpResponseMessage Response, JsonNode? Body)> PostAsync(string realm, string endpoint, string client, string secret, params (string, string)[] form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{realm}/oauth2/{endpoint}")
        {
            Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Item1, field.Item2))),
        };
        request.Headers.Host = "localhost:8400";
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:{secret}")));
        var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return (response, response.StatusCode == HttpStatusCode.OK ? JsonNode.Parse(text) : null);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
