using Tessera.Benchmarks.Duels;
using Tessera.Benchmarks.Load;
using Tessera.Benchmarks.Servers;

namespace Tessera.Benchmarks.Lanes;

/// <summary>The token endpoint of a cell beside a bare endpoint that signs one ES256 token.</summary>
internal static class TokenLanes
{
    private const int Clients = 8;
    private const int Rounds = 7;
    private const string Floor = "one ES256 token by bare Kestrel";
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(3);

    public static readonly IReadOnlyList<Lane> All =
    [
        new("client credentials", Floor, 4, cancellation => AgainstFloorAsync(TesseraClients.ClientCredentials, cancellation)),
        new("refresh with rotation", Floor, 12, cancellation => AgainstFloorAsync(TesseraClients.Refresh, cancellation)),
        new("code exchange (authorize and token)", Floor, null, cancellation => AgainstFloorAsync(TesseraClients.CodeExchange, cancellation)),
    ];

    private static async Task<DuelResult> AgainstFloorAsync(Func<BenchTenant, ClientStep> client, CancellationToken cancellation)
    {
        await using var cell = await TesseraCell.StartAsync();
        var tenant = await cell.AddTenantAsync("acme", await cell.AddPoolAsync());
        await cell.AddMachineAsync(tenant);
        await cell.AddAccountAsync(tenant, TesseraClients.Username, TesseraClients.Password);
        var port = ServerProcess.FreePort();
        await using var floor = await ServerProcess.StartAsync(port, Path.GetTempPath(), BuiltFiles.Floors, "floor", $"{port}");
        using var subject = new Workload(cell.Server.Port, [.. Enumerable.Range(0, Clients).Select(_ => client(tenant))]);
        using var other = new Workload(port, [.. Enumerable.Range(0, Clients).Select(_ => Bare())]);
        return await Duel.RunAsync(new Side("cell", cell.Server, subject), new Side("floor", floor, other), Rounds, Round, cancellation);
    }

    private static ClientStep Bare()
    {
        var request = HttpText.Post("localhost", "/", ("grant_type", "client_credentials"));
        return async (connection, cancellation) => (await connection.SendAsync(request, cancellation)).Demand(200);
    }
}
