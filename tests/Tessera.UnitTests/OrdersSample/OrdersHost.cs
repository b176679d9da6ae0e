using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orders;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;
using Tessera.Feed;
using Tessera.UnitTests.AspNetCore;
using Tessera.UnitTests.Postgres;

namespace Tessera.UnitTests.OrdersSample;

/// <summary>The sample as it runs, over a real PostgreSQL, with its directory filled by hand and a stub for the auth host.</summary>
public sealed class OrdersHost : IAsyncLifetime
{
    private readonly DirectoryInfo _data = System.IO.Directory.CreateTempSubdirectory("orders-test-");
    private WebApplication _app = null!;

    internal TestDatabase Database { get; } = new();

    internal AuthHostStub AuthHost { get; private set; } = null!;

    internal TestDirectory Directory => AuthHost.Directory;

    internal Uri Address => new(_app.Urls.Single());

    public async ValueTask InitializeAsync()
    {
        await Database.InitializeAsync();
        AuthHost = await AuthHostStub.StartAsync();
        _app = Build(Database.RuntimeConnection(), "data");
        Directory.Fill(_app.Services.GetRequiredService<DirectoryMap>());
        await _app.StartAsync();
    }

    internal WebApplication Build(string runtime, string folder) => OrdersApp.Build(
    [
        "--Orders:Listen=http://127.0.0.1:0",
        "--Orders:Host=orders.localhost:8410",
        $"--Orders:Postgres={runtime}",
        $"--Orders:PostgresOwner={Database.OwnerConnection}",
        $"--Tessera:RouteApi={AuthHost.Origin}",
        "--Tessera:ControlPlane=http://127.0.0.1:9",
        "--Tessera:FeedKey=tsk_a_b",
        $"--Tessera:DirectoryKey={JsonSerializer.Serialize(IdentityKey.Create().Public, WireJson.Default.PublicJwk)}",
        "--Tessera:Audience=orders",
        $"--Tessera:Data={Path.Combine(_data.FullName, folder)}",
        "--Logging:LogLevel:Default=None",
    ]);

    /// <summary>A client of the API for one tenant.</summary>
    internal HttpClient For(TenantEntry tenant) => new()
    {
        BaseAddress = Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Directory.Token(tenant)) },
    };

    internal static async Task<long> PlaceAsync(HttpClient client, string item)
    {
        var response = await client.PostAsJsonAsync("/orders", new { item, quantity = 2 });
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt64();
    }

    /// <summary>A browser that keeps cookies and follows nothing.</summary>
    internal HttpClient Browser() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Address };

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await AuthHost.DisposeAsync();
        await Database.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
