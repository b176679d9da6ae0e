using System.Net;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Wire;

namespace Tessera.UnitTests.Cell;

public sealed class ClientCacheOnSqlite(SqliteCell cell) : ClientCacheTests(cell), IClassFixture<SqliteCell>;

public sealed class ClientCacheOnPostgres(PostgresCell cell) : ClientCacheTests(cell), IClassFixture<PostgresCell>;

/// <summary>Clients are kept from request to request, but never longer than the control plane has been told.</summary>
public abstract class ClientCacheTests(CellFixture cell) : CellTests(cell)
{
    private static readonly string NewSecret = new('n', 43);

    [Fact]
    public async Task A_removed_client_gets_nothing_from_the_moment_its_removal_is_acknowledged()
    {
        var robots = await AddRobotsAsync("gone");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(robots, Secret));
        (await CallAsync(robots, HttpMethod.Delete, [])).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(robots, Secret));
    }

    [Fact]
    public async Task An_old_secret_is_worth_nothing_from_the_moment_the_new_one_is_acknowledged()
    {
        var robots = await AddRobotsAsync("rotated");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(robots, Secret));
        await RotateAsync(robots, NewSecret);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(robots, Secret));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(robots, NewSecret));
    }

    [Fact]
    public async Task A_client_that_was_read_before_a_change_is_not_kept_after_it()
    {
        var robots = await AddRobotsAsync("hasty");
        for (var round = 0; round < 10; round++)
        {
            var (old, current) = round % 2 == 0 ? (Secret, NewSecret) : (NewSecret, Secret);
            using var done = new CancellationTokenSource();
            var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    await StatusAsync(robots, old);
                }
            })).ToArray();
            await RotateAsync(robots, current);
            await done.CancelAsync();
            await Task.WhenAll(readers);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(robots, old));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(robots, current));
        }
    }

    private Task<CellTenant> AddRobotsAsync(string slug) => Cell.AddTenantAsync(slug, client =>
    {
        client.SecretHash = HashOf(Secret);
        client.GrantTypes.Clear();
        client.GrantTypes.Add("client_credentials");
    });

    private static async Task<HttpStatusCode> StatusAsync(CellTenant tenant, string secret)
    {
        using var response = await tenant.MachineTokenAsync(secret);
        return response.StatusCode;
    }

    private async Task RotateAsync(CellTenant tenant, string secret)
    {
        var spec = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(tenant.Client with { SecretHash = HashOf(secret) }, WireJson.Default.ClientSpec);
        (await CallAsync(tenant, HttpMethod.Put, spec)).EnsureSuccessStatusCode();
    }

    private Task<HttpResponseMessage> CallAsync(CellTenant tenant, HttpMethod method, byte[] body) =>
        Cell.CallAsync(method, $"/cell/realms/{tenant.Realm}/clients/{tenant.Client.ClientId}", body, ServicePurpose.Provision, tenant.Id);
}
