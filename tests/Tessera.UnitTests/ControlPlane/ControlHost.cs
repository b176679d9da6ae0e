using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Wire;
using Tessera.ControlPlane;

namespace Tessera.UnitTests.ControlPlane;

internal sealed record Answer(HttpStatusCode Status, JsonNode? Body)
{
    public string? Code => (string?)Body?["code"];

    public string? Field => (string?)Body?["field"];
}

/// <summary>A real control plane on a loopback port, with a folder and a store of its own.</summary>
internal sealed class ControlHost : IAsyncDisposable
{
    private readonly List<TestCell> _cells = [];
    private WebApplication _app;
    private HttpClient _http;
    private bool _guest;

    private ControlHost(string data, (string Runtime, string Owner)? postgres)
    {
        Data = data;
        Postgres = postgres;
        _app = null!;
        _http = null!;
    }

    public string Data { get; }

    public (string Runtime, string Owner)? Postgres { get; }

    public string AdminKey => File.ReadAllText(Path.Combine(Data, "first-admin-key"));

    public IServiceProvider Services => _app.Services;

    public WebApplication App => _app;

    public static async Task<ControlHost> StartAsync(string store)
    {
        var host = new ControlHost(
            Directory.CreateTempSubdirectory("tessera-control-").FullName,
            store == Stores.Postgres ? await Stores.MakeDatabaseAsync() : null);
        await host.RunAsync(TimeProvider.System);
        return host;
    }

    /// <summary>Stops the process's app and starts another on the same folder and store, some time later.</summary>
    public async Task RestartAsync(TimeSpan later, double hurry = 1)
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _http.Dispose();
        var time = new ShiftedTime(later, hurry);
        _cells.ForEach(cell => cell.Time = time);
        await RunAsync(time);
    }

    /// <summary>A second control plane on the same store, with the same key.</summary>
    public async Task<ControlHost> BesideAsync()
    {
        var data = Directory.CreateTempSubdirectory("tessera-control-").FullName;
        foreach (var file in Directory.GetFiles(Data))
        {
            File.Copy(file, Path.Combine(data, Path.GetFileName(file)));
        }

        var beside = new ControlHost(data, Postgres) { _guest = true };
        await beside.RunAsync(TimeProvider.System);
        return beside;
    }

    /// <summary>Goes on with a move as this process's worker does, whoever else does so.</summary>
    internal Task WorkOnAsync(Tessera.Contracts.Ids.MoveId move) =>
        Services.GetRequiredService<Tessera.ControlPlane.Moves.MoveRun>().RunAsync(move, TestContext.Current.CancellationToken);

    /// <summary>Starts a cell and lets it join.</summary>
    public async Task<TestCell> JoinAsync(string id = "eu-1", string region = "eu-central-1", bool spare = false)
    {
        var cell = await TestCell.StartAsync(id);
        _cells.Add(cell);
        var invited = await SendAsync(HttpMethod.Post, "/cells", new { cell_id = id, region, spare });
        Assert.Equal(HttpStatusCode.Created, invited.Status);
        var joined = await JoinAsync(cell, (string)invited.Body!["join_token"]!);
        Assert.Equal(HttpStatusCode.OK, joined.Status);
        cell.ControlKey = joined.Body!["control_key"].Deserialize(WireJson.Default.PublicJwk);
        return cell;
    }

    public Task<Answer> JoinAsync(TestCell cell, string token) => SendAsync(
        HttpMethod.Post, "/cells/join",
        JsonSerializer.SerializeToNode(new JoinRequest(cell.Id, token, cell.Endpoint, cell.Identity.Public), WireJson.Default.JoinRequest), key: "");

    public static JsonObject Onboarding(string slug, string pattern = "hybrid") => new()
    {
        ["slug"] = slug,
        ["pattern"] = pattern,
        ["client"] = new JsonObject { ["type"] = "confidential", ["redirect_uris"] = new JsonArray("https://app.example.com/callback") },
        ["administrator"] = new JsonObject { ["username"] = "ada@example.com", ["password"] = "correct horse" },
    };

    public Task<Answer> OnboardAsync(string slug, string pattern = "hybrid") => SendAsync(HttpMethod.Post, "/tenants", Onboarding(slug, pattern));

    /// <summary>Onboards a tenant and answers its id.</summary>
    public async Task<string> TenantAsync(string slug)
    {
        var answer = await OnboardAsync(slug);
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return (string)answer.Body!["tenant"]!["tenant_id"]!;
    }

    /// <summary>Makes the cell's shared realm and answers its view.</summary>
    public async Task<JsonNode> SharedRealmAsync(string slug = "together", string cell = "eu-1")
    {
        var answer = await SendAsync(HttpMethod.Post, "/shared-realms", SharedRealm(slug, cell));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return answer.Body!["shared_realm"]!;
    }

    public static JsonObject SharedRealm(string slug = "together", string cell = "eu-1") => new()
    {
        ["slug"] = slug,
        ["cell"] = cell,
        ["client"] = new JsonObject
        {
            ["type"] = "confidential",
            ["redirect_uris"] = new JsonArray("https://app.example.com/callback"),
            ["grant_types"] = new JsonArray("authorization_code", "refresh_token", "client_credentials"),
            ["scopes"] = new JsonArray("orders:read", "orders:write"),
        },
    };

    public static JsonObject SharedOnboarding(string slug) => new()
    {
        ["slug"] = slug,
        ["pattern"] = "shared",
        ["administrator"] = new JsonObject { ["username"] = "ada@example.com", ["password"] = "correct horse" },
    };

    /// <summary>Onboards a shared tenant and answers its id.</summary>
    public async Task<string> SharedTenantAsync(string slug)
    {
        var answer = await SendAsync(HttpMethod.Post, "/tenants", SharedOnboarding(slug));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return (string)answer.Body!["tenant"]!["tenant_id"]!;
    }

    public static JsonObject Promotion() => new()
    {
        ["client"] = new JsonObject { ["type"] = "confidential", ["redirect_uris"] = new JsonArray("https://own.example.com/callback") },
    };

    public Task<Answer> PromoteAsync(string tenant) => SendAsync(HttpMethod.Post, $"/tenants/{tenant}/promote", Promotion());

    /// <summary>Makes a key and answers it.</summary>
    public async Task<string> KeyAsync(string[] scopes, string? tenantId = null)
    {
        var answer = await SendAsync(HttpMethod.Post, "/keys", new { name = "test", scopes, tenant_id = tenantId });
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        return (string)answer.Body!["key"]!;
    }

    /// <param name="key">Absent: the first admin key. Empty: none.</param>
    public Task<Answer> SendAsync(HttpMethod method, string path, object? body = null, string? key = null) =>
        SendTextAsync(method, path, body is null ? null : JsonSerializer.Serialize(body), "application/json", key);

    public Task<Answer> GetAsync(string path, string? key = null) => SendAsync(HttpMethod.Get, path, key: key);

    public async Task<Answer> SendTextAsync(HttpMethod method, string path, string? body, string mediaType, string? key = null)
    {
        using var response = await SendRawAsync(method, path, body, mediaType, key);
        var text = await response.Content.ReadAsStringAsync();
        if ((int)response.StatusCode >= 400)
        {
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        return new Answer(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    public async Task<HttpResponseMessage> SendRawAsync(HttpMethod method, string path, string? body, string mediaType, string? key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, mediaType);
        }

        key ??= AdminKey;
        if (key.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return await _http.SendAsync(request);
    }

    /// <summary>A verified page of the feed.</summary>
    internal async Task<FeedPage> FeedAsync(long after = 0, int wait = 0)
    {
        using var response = await SendRawAsync(HttpMethod.Get, $"/feed?after={after}&wait={wait}", null, "", null);
        Assert.True(response.Content.Headers.ContentType?.MediaType == "application/jose", await response.Content.ReadAsStringAsync());
        var key = await _http.GetFromJsonAsync("/directory/key", WireJson.Default.PublicJwk);
        Assert.True(CompactJws.TryVerify(await response.Content.ReadAsStringAsync(), FeedPage.MediaType, key!, out var payload));
        return JsonSerializer.Deserialize(payload, WireJson.Default.FeedPage)!;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _http.Dispose();
        foreach (var cell in _cells)
        {
            await cell.DisposeAsync();
        }

        SqliteConnection.ClearAllPools();
        if (Postgres is { } postgres && !_guest)
        {
            NpgsqlConnection.ClearAllPools();
            await DropAsync(postgres.Owner);
        }

        Directory.Delete(Data, recursive: true);
    }

    /// <summary>Waits for what a duty brings about.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 150; i++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(100);
        }

        Assert.Fail("It did not come about within fifteen seconds.");
    }

    private static async Task DropAsync(string owner)
    {
        var name = new NpgsqlConnectionStringBuilder(owner).Database!;
        await using var server = new NpgsqlConnection(Environment.GetEnvironmentVariable("TESSERA_TEST_POSTGRES"));
        await server.OpenAsync();
        foreach (var sql in new[] { $"DROP DATABASE {name} WITH (FORCE)", $"DROP ROLE {name}_app", $"DROP ROLE {name}_owner" })
        {
            await using var command = new NpgsqlCommand(sql, server);
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task RunAsync(TimeProvider time)
    {
        List<string> args = ["--Control:Listen=http://127.0.0.1:0", $"--Control:Data={Data}", "--Control:AuthHost=http://localhost:8400", "--Logging:LogLevel:Default=Error"];
        if (Postgres is { } postgres)
        {
            args.Add($"--Control:Postgres={postgres.Runtime}");
            args.Add($"--Control:PostgresOwner={postgres.Owner}");
        }

        _app = ControlPlaneApp.Build([.. args], time);
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }
}
