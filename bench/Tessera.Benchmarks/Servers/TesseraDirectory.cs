using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Tessera.ControlPlane.Trials;

namespace Tessera.Benchmarks.Servers;

/// <summary>A real control plane and one cell, each on a database of its own; whatever else is in the directory is only written down there.</summary>
internal sealed class TesseraDirectory : IAsyncDisposable
{
    private const int PerCell = 900;
    private const string CellId = "eu-1";
    private readonly string _folder;
    private readonly Database _directory;
    private readonly Database _rows;
    private readonly List<ServerProcess> _servers = [];

    private TesseraDirectory(string folder, Database directory, Database rows) => (_folder, _directory, _rows) = (folder, directory, rows);

    public int Port => _servers[0].Port;

    /// <summary>Of the control plane and the cell, which is where an onboarding is done.</summary>
    public IReadOnlyList<ServerProcess> Servers => _servers;

    /// <summary>The first admin key.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Starts both, with so many tenants in the directory already.</summary>
    public static async Task<TesseraDirectory> StartAsync(int tenants, CancellationToken cancellation)
    {
        var it = new TesseraDirectory(Directory.CreateTempSubdirectory("tessera-bench-").FullName, await Database.CreateAsync(), await Database.CreateAsync());
        var (port, data) = (ServerProcess.FreePort(), Path.Combine(it._folder, "control"));
        it._servers.Add(await ServerProcess.StartAsync(
            port, it._folder, BuiltFiles.Tessera, "control", "--listen", $"http://127.0.0.1:{port}", "--data", data, "--auth-host", $"http://{TesseraCell.AuthHost}",
            "--postgres", it._directory.Runtime, "--postgres-owner", it._directory.Owner));
        while (!File.Exists(Path.Combine(data, "first-admin-key")))
        {
            await Task.Delay(50, cancellation);
        }

        it.Key = (await File.ReadAllTextAsync(Path.Combine(data, "first-admin-key"), cancellation)).Trim();
        await TrialDirectory.FillAsync(it._directory.Runtime, new TrialPlan(1, tenants / PerCell, PerCell, TesseraCell.AuthHost), _ => { }, cancellation);
        await it._directory.RunAsync("ANALYZE");
        await it.JoinAsync(cancellation);
        return it;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }

        await _directory.DropAsync();
        await _rows.DropAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task JoinAsync(CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        using var made = await http.PostAsJsonAsync("/cells", new { cell_id = CellId, region = "eu-central-1", capacity = 1_000_000 }, cancellation);
        using var answer = JsonDocument.Parse(await made.EnsureSuccessStatusCode().Content.ReadAsStringAsync(cancellation));
        var port = ServerProcess.FreePort();
        _servers.Add(await ServerProcess.StartAsync(
            port, _folder, BuiltFiles.Tessera, "cell", "--id", CellId, "--listen", $"http://127.0.0.1:{port}", "--data", Path.Combine(_folder, CellId),
            "--auth-host", $"http://{TesseraCell.AuthHost}", "--control-plane", $"http://127.0.0.1:{Port}", "--endpoint", $"http://127.0.0.1:{port}",
            "--join-token", answer.RootElement.GetProperty("join_token").GetString()!, "--postgres", _rows.Runtime, "--postgres-owner", _rows.Owner));
        for (var state = ""; state != "open"; await Task.Delay(100, cancellation))
        {
            using var cells = JsonDocument.Parse(await http.GetStringAsync("/cells", cancellation));
            state = cells.RootElement.GetProperty("cells").EnumerateArray().Single(cell => cell.GetProperty("cell_id").GetString() == CellId).GetProperty("state").GetString()!;
        }
    }
}
