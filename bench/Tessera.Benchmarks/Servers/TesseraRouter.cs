using System.Diagnostics;
using System.Globalization;
using Tessera.Benchmarks.Load;

namespace Tessera.Benchmarks.Servers;

/// <summary>A real router, started by <c>tessera router</c> with a folder that already holds the directory of many tenants.</summary>
internal sealed class TesseraRouter : IAsyncDisposable
{
    // As docs/running.md has it of routers.
    private static readonly Dictionary<string, string> AsRun = new() { ["DOTNET_TieredPGO"] = "0" };

    private readonly string _folder;
    private readonly string[] _settings;

    private TesseraRouter(string folder, int port, string[] settings) => (_folder, Port, _settings) = (folder, port, settings);

    public int Port { get; }

    public ServerProcess Server { get; private set; } = null!;

    /// <summary>How long it took to be told all tenants.</summary>
    public TimeSpan Bootstrap { get; private set; }

    /// <summary>How long it took from its start to an answer about the last tenant, with the directory gone.</summary>
    public TimeSpan Start { get; private set; }

    public static async Task<TesseraRouter> StartAsync(int tenants, string upstream, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("tessera-bench-").FullName;
        var port = ServerProcess.FreePort();
        await using var feed = new ManyTenants(tenants, upstream);
        await feed.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(folder, "settings.json"), """
            {"Router": {"Limits": {"SourcePerSecond": 1000000, "TenantPerSecond": 1000000, "LookUpsPerSecond": 1000000}}}
            """, cancellation);
        var router = new TesseraRouter(folder, port,
        [
            "router", "--config", Path.Combine(folder, "settings.json"), "--listen", $"http://127.0.0.1:{port}", "--data", Path.Combine(folder, "data"),
            "--auth-host", $"http://{TesseraCell.AuthHost}", "--control-plane", $"http://127.0.0.1:{feed.Port}", "--feed-key", ManyTenants.Key, "--directory-key", feed.PublicKey,
        ]);
        router.Bootstrap = await router.StartAsync(tenants, cancellation);
        while (!File.Exists(Path.Combine(folder, "data", "directory.map")) && tenants > 10_000)
        {
            await Task.Delay(100, cancellation);
        }

        await router.Server.DisposeAsync();
        await feed.DisposeAsync();
        router.Start = await router.StartAsync(tenants, cancellation);
        return router;
    }

    /// <summary>Once more from its folder.</summary>
    public async Task<TimeSpan> RestartAsync(int tenants, CancellationToken cancellation)
    {
        await Server.DisposeAsync();
        return Start = await StartAsync(tenants, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<TimeSpan> StartAsync(int tenants, CancellationToken cancellation)
    {
        var begin = Stopwatch.GetTimestamp();
        Server = await ServerProcess.StartAsync(Port, _folder, AsRun, BuiltFiles.Tessera, _settings);
        await FirstAnswer.OfAsync(Port, HttpText.Get(TesseraCell.AuthHost, $"/route?slug={ManyTenants.SlugOf(tenants - 1)}"), cancellation);
        return Stopwatch.GetElapsedTime(begin);
    }
}

/// <summary>Waits until a server answers a request with 200.</summary>
internal static class FirstAnswer
{
    public static async Task OfAsync(int port, byte[] request, CancellationToken cancellation)
    {
        using var connection = new HttpConnection(port);
        while ((await connection.SendAsync(request, cancellation)).Status != 200)
        {
            await Task.Delay(20, cancellation);
        }
    }
}

/// <summary>Memory as Linux accounts for it.</summary>
internal static class ProcessMemory
{
    /// <summary>Proportional set size of a process, in bytes.</summary>
    public static long PssOf(int pid) =>
        long.Parse(File.ReadLines($"/proc/{pid}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
}
