using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Provisioning;
using Tessera.Contracts.Routing;
using Tessera.Contracts.Wire;

namespace Tessera.Benchmarks.Servers;

/// <summary>
/// A real cell, started by <c>tessera cell</c> on PostgreSQL. The benchmark stands where its control plane would: it has
/// the key the cell has pinned, and provisions through the cell's control door.
/// </summary>
internal sealed class TesseraCell : IAsyncDisposable
{
    public const string AuthHost = "auth.bench";
    private static readonly CellId Cell = CellId.TryParse("bench", out var id) ? id : throw new InvalidOperationException();
    private readonly IdentityKey _control;
    private readonly HttpClient _http;
    private readonly string _folder;

    private TesseraCell(IdentityKey control, string folder, Database database, ServerProcess server)
    {
        (_control, _folder, Database, Server) = (control, folder, database, server);
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{server.Port}") };
    }

    public Database Database { get; }

    public ServerProcess Server { get; }

    public static async Task<TesseraCell> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("tessera-bench-").FullName;
        var control = IdentityKey.Create();
        var joined = new JoinResponse(Cell, "eu-central-1", control.Public);
        await File.WriteAllTextAsync(Path.Combine(folder, "membership.json"), JsonSerializer.Serialize(joined, WireJson.Default.JoinResponse));
        var database = await Database.CreateAsync();
        var port = ServerProcess.FreePort();
        var server = await ServerProcess.StartAsync(
            port, folder, BuiltFiles.Tessera, "cell", "--id", "bench", "--listen", $"http://127.0.0.1:{port}", "--data", folder,
            "--auth-host", $"http://{AuthHost}", "--control-plane", "http://127.0.0.1:1", "--postgres", database.Runtime, "--postgres-owner", database.Owner);
        return new TesseraCell(control, folder, database, server);
    }

    /// <summary>A tenant with a realm and an app client in the pool.</summary>
    public async Task<BenchTenant> AddTenantAsync(string slug, PoolId pool)
    {
        var tenant = new BenchTenant(TenantId.New(), RealmId.New("eu-central-1"), Slug.TryParse(slug, out var parsed) ? parsed : throw new ArgumentException(slug));
        var realm = new RealmSpec(tenant.Realm, pool, slug, tenant.SignInHost, TenantState.Active, 1, tenant.Id);
        await PutAsync($"/cell/realms/{tenant.Realm}", realm, WireJson.Default.RealmSpec, tenant.Id);
        await PutAsync($"/cell/realms/{tenant.Realm}/clients/{tenant.Person.ClientId}", tenant.Person, WireJson.Default.ClientSpec, tenant.Id);
        return tenant;
    }

    public Task AddMachineAsync(BenchTenant tenant) =>
        PutAsync($"/cell/realms/{tenant.Realm}/clients/{tenant.Machine.ClientId}", tenant.Machine, WireJson.Default.ClientSpec, tenant.Id);

    public async Task<PoolId> AddPoolAsync()
    {
        var pool = PoolId.New();
        await PutAsync($"/cell/pools/{pool}", new PoolSpec(pool), WireJson.Default.PoolSpec, null);
        return pool;
    }

    public Task AddAccountAsync(BenchTenant tenant, string username, string password) => CallAsync(
        HttpMethod.Post, $"/cell/realms/{tenant.Realm}/accounts", new AccountSpec(username, password, username, "Ada"), WireJson.Default.AccountSpec, ServicePurpose.Accounts, tenant.Id);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
        await Database.DropAsync();
        _control.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task PutAsync<T>(string path, T body, JsonTypeInfo<T> type, TenantId? tenant) => CallAsync(HttpMethod.Put, path, body, type, ServicePurpose.Provision, tenant);

    private async Task CallAsync<T>(HttpMethod method, string path, T body, JsonTypeInfo<T> type, ServicePurpose purpose, TenantId? tenant)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ServiceToken.Issue(_control, Cell, purpose, tenant, method.Method, path, bytes, DateTimeOffset.UtcNow));
        using var response = await _http.SendAsync(request);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}\n{Server.Said()}");
        }
    }
}
