using Tessera.Benchmarks.Duels;
using Tessera.Benchmarks.Load;
using Tessera.Benchmarks.Servers;

namespace Tessera.Benchmarks.Lanes;

/// <summary>The token endpoint of a cell on PostgreSQL, beside a bare endpoint that signs one ES256 token, and beside a peer.</summary>
internal static class TokenLanes
{
    private const int Clients = 8;
    private const string Bare = "bare Kestrel signing one ES256 token";
    private const string Peer = "npm oidc-provider, ES256, memory store";
    private static readonly DuelLength Length = new(Rounds: 7, TimeSpan.FromSeconds(3), WarmUpSteps: 40_000);

    public static readonly IReadOnlyList<Lane> All =
    [
        new("client credentials", Bare, 4, cancellation => BesideBareAsync(TesseraClients.ClientCredentials, cancellation)),
        new("refresh with rotation", Bare, 12, cancellation => BesideBareAsync(TesseraClients.Refresh, cancellation)),
        new("code exchange (authorize and token)", Bare, null, cancellation => BesideBareAsync(TesseraClients.CodeExchange, cancellation)),
        new("client credentials", Peer, null, cancellation => BesidePeerAsync(TesseraClients.ClientCredentials, PeerClients.ClientCredentials, cancellation)),
        new("refresh with rotation", Peer, null, cancellation => BesidePeerAsync(TesseraClients.Refresh, PeerClients.Refresh, cancellation)),
        new("code exchange (authorize and token)", Peer, null, cancellation => BesidePeerAsync(TesseraClients.CodeExchange, PeerClients.CodeExchange, cancellation)),
    ];

    private static async Task<DuelResult> BesideBareAsync(Func<BenchTenant, ClientStep> client, CancellationToken cancellation)
    {
        var port = ServerProcess.FreePort();
        await using var floor = await ServerProcess.StartAsync(port, Path.GetTempPath(), BuiltFiles.Floors, "floor", $"{port}");
        return await BesideAsync(client, floor, BareStep, cancellation);
    }

    private static async Task<DuelResult> BesidePeerAsync(Func<BenchTenant, ClientStep> client, Func<ClientStep> same, CancellationToken cancellation)
    {
        var port = ServerProcess.FreePort();
        await using var peer = await ServerProcess.StartAsync(port, BuiltFiles.Peers, "node", "oidc-provider.mjs", $"{port}", PeerClients.MachineSecret);
        return await BesideAsync(client, peer, same, cancellation);
    }

    private static async Task<DuelResult> BesideAsync(Func<BenchTenant, ClientStep> client, ServerProcess other, Func<ClientStep> otherClient, CancellationToken cancellation)
    {
        await using var cell = await TesseraCell.StartAsync();
        var tenant = await cell.AddTenantAsync("acme", await cell.AddPoolAsync());
        await cell.AddMachineAsync(tenant);
        await cell.AddAccountAsync(tenant, TesseraClients.Username, TesseraClients.Password);
        using var work = new Workload(cell.Server.Port, [.. Enumerable.Range(0, Clients).Select(_ => client(tenant))]);
        using var otherWork = new Workload(other.Port, [.. Enumerable.Range(0, Clients).Select(_ => otherClient())]);
        return await Duel.RunAsync(new Side(cell.Server, work), new Side(other, otherWork), Length, cancellation);
    }

    private static ClientStep BareStep()
    {
        var request = HttpText.Post("localhost", "/", ("grant_type", "client_credentials"));
        return async (connection, cancellation) => (await connection.SendAsync(request, cancellation)).Demand(200);
    }
}
