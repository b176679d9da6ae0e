using Tessera.Benchmarks.Duels;
using Tessera.Benchmarks.Load;
using Tessera.Benchmarks.Servers;

namespace Tessera.Benchmarks.Lanes;

/// <summary>The router with 1,000,000 tenants over 1,112 cells: how soon it answers, what it takes, and what a request costs.</summary>
internal static class RouterLanes
{
    private const int Many = 1_000_000;
    private const int Few = 1_000;
    private const int Hosts = 100_000;
    private const int Clients = 16;
    private const int Requests = 20_000;
    private static readonly DuelLength Length = new(Rounds: 5, TimeSpan.FromSeconds(2), WarmUpSteps: 20_000);

    public static readonly IReadOnlyList<Lane> All =
    [
        new($"router start to first right answer, {Many:N0} tenants (ms)", "haproxy, as many hosts", 0.3, StartAsync),
        new($"router memory, bytes a tenant of {Many:N0}", $"itself with {Few:N0} (MiB)", 160, MemoryAsync),
        new($"router resolve, {Many:N0} tenants", $"itself with {Few:N0}", 1.12, stop => ResolveAsync(Few, stop)),
        new($"router resolve, {Many:N0} tenants", $"nginx map, {Hosts:N0} hosts", 1.5, stop => ResolveAsync(0, stop)),
        new($"router proxied request, {Many:N0} tenants", $"haproxy, {Hosts:N0} hosts", 1.25, stop => ProxyAsync(haproxy: true, stop)),
        new($"router proxied request, {Many:N0} tenants", $"nginx, {Hosts:N0} hosts", 1.5, stop => ProxyAsync(haproxy: false, stop)),
    ];

    private static async Task<DuelResult> StartAsync(CancellationToken cancellation)
    {
        var (upstream, upstreamFolder) = await HostProxies.UpstreamAsync();
        await using var _ = upstream;
        await using var router = await TesseraRouter.StartAsync(Many, $"http://127.0.0.1:{upstream.Port}", cancellation);
        Console.WriteLine($"  told all by 1,001 pages in {router.Bootstrap.TotalSeconds:F1} s");
        var (mine, theirs) = (new List<double>(), new List<double>());
        for (var round = 0; round < 3; round++)
        {
            mine.Add((await router.RestartAsync(Many, cancellation)).TotalMilliseconds);
            var (haproxy, folder, start) = await HostProxies.HaproxyAsync(Many, $"127.0.0.1:{upstream.Port}", cancellation);
            theirs.Add(start.TotalMilliseconds);
            await haproxy.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        Directory.Delete(upstreamFolder, recursive: true);
        var ratios = mine.Zip(theirs, (a, b) => a / b).Order().ToList();
        return new DuelResult(ratios[1], (ratios[2] - ratios[0]) / ratios[1], mine.Order().ElementAt(1), theirs.Order().ElementAt(1), Attempts: 1);
    }

    private static async Task<DuelResult> MemoryAsync(CancellationToken cancellation)
    {
        await using var many = await TesseraRouter.StartAsync(Many, "http://127.0.0.1:1", cancellation);
        await using var few = await TesseraRouter.StartAsync(Few, "http://127.0.0.1:1", cancellation);
        await Task.Delay(TimeSpan.FromSeconds(5), cancellation);
        var (large, small) = (ProcessMemory.PssOf(many.Server.Pid), ProcessMemory.PssOf(few.Server.Pid));
        return new DuelResult((large - small) / (double)(Many - Few), 0, large / 1048576.0, small / 1048576.0, Attempts: 1);
    }

    private static async Task<DuelResult> ResolveAsync(int few, CancellationToken cancellation)
    {
        await using var router = await TesseraRouter.StartAsync(Many, "http://127.0.0.1:1", cancellation);
        using var mine = Work(router.Port, Many, tenant => HttpText.Get(TesseraCell.AuthHost, $"/route?slug={ManyTenants.SlugOf(tenant)}"));
        if (few > 0)
        {
            await using var other = await TesseraRouter.StartAsync(few, "http://127.0.0.1:1", cancellation);
            using var its = Work(other.Port, few, tenant => HttpText.Get(TesseraCell.AuthHost, $"/route?slug={ManyTenants.SlugOf(tenant)}"));
            return await Duel.RunAsync(new Side(router.Server, mine), new Side(other.Server, its), Length, cancellation);
        }

        var (nginx, folder) = await HostProxies.NginxMapAsync(Hosts, "127.0.0.1:1");
        await using var _ = nginx;
        using var theirs = Work(nginx.Port, Hosts, tenant => HttpText.Get(ManyTenants.HostOf(tenant), "/resolve"));
        var result = await Duel.RunAsync(new Side(router.Server, mine), new Side(nginx, theirs), Length, cancellation);
        Directory.Delete(folder, recursive: true);
        return result;
    }

    private static async Task<DuelResult> ProxyAsync(bool haproxy, CancellationToken cancellation)
    {
        var (upstream, upstreamFolder) = await HostProxies.UpstreamAsync();
        await using var _ = upstream;
        await using var router = await TesseraRouter.StartAsync(Many, $"http://127.0.0.1:{upstream.Port}", cancellation);
        var address = $"127.0.0.1:{upstream.Port}";
        ServerProcess peer;
        string folder;
        if (haproxy)
        {
            (peer, folder, var _) = await HostProxies.HaproxyAsync(Hosts, address, cancellation);
        }
        else
        {
            (peer, folder) = await HostProxies.NginxMapAsync(Hosts, address);
        }

        await using var other = peer;
        using var mine = Work(router.Port, Many, Request);
        using var theirs = Work(peer.Port, Hosts, Request);
        var result = await Duel.RunAsync(new Side(router.Server, mine), new Side(peer, theirs), Length, cancellation);
        Directory.Delete(folder, recursive: true);
        Directory.Delete(upstreamFolder, recursive: true);
        return result;

        static byte[] Request(int tenant) => HttpText.Get(ManyTenants.HostOf(tenant), "/login");
    }

    // The same requests for each client in another order.
    private static Workload Work(int port, int tenants, Func<int, byte[]> request)
    {
        var random = new Random(1);
        var requests = Enumerable.Range(0, Requests).Select(_ => request(random.Next(tenants))).ToArray();
        return new Workload(port, [.. Enumerable.Range(0, Clients).Select(client =>
        {
            var next = client * (Requests / Clients);
            return (ClientStep)(async (connection, cancellation) => (await connection.SendAsync(requests[next++ % Requests], cancellation)).Demand(200));
        })]);
    }
}
