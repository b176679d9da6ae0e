using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Tessera.Cell;
using Tessera.UnitTests.ControlPlane;

namespace Tessera.UnitTests.Moves;

/// <summary>A cell as it runs: joined to a control plane with a token, on a store of its own.</summary>
internal sealed class RunningCell : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;
    private readonly HttpClient _http;

    private RunningCell(WebApplication app, string folder, string origin) =>
        (_app, _folder, _http) = (app, folder, new HttpClient { BaseAddress = new Uri(origin) });

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
        return new RunningCell(app, folder, origin);
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
        Directory.Delete(_folder, recursive: true);
    }
}
