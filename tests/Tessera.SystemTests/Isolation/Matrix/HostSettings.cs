using System.Text.Json;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Isolation.Matrix;

/// <summary>Arguments with which each host can be built beside the running one, in folders of its own.</summary>
internal sealed record HostSettings(string[] Cell, string[] Control, string[] Orders, string[] Router)
{
    public static async Task<HostSettings> ReadAsync(Demo demo)
    {
        using var state = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(demo.Folder, "up.json")));
        var (feedKey, directoryKey) = (state.RootElement.GetProperty("feedKey").GetString(), state.RootElement.GetProperty("directoryKey").GetString());
        string Folder(string host) => Path.Combine(demo.Folder, "inventory", host);
        var (auth, admin) = (demo.File.AuthHost, demo.File.AdminApi);
        return new HostSettings(
            [
                "--Cell:Id=eu-1", $"--Cell:Data={Folder("cell")}", $"--Cell:AuthHost={auth}", "--Cell:TrustedProxies:0=127.0.0.1",
            ],
            [
                $"--Control:Data={Folder("control")}", $"--Control:AuthHost={auth}",
            ],
            [
                "--Orders:Listen=http://127.0.0.1:0", "--Orders:Postgres=Host=127.0.0.1;Username=nobody", "--Orders:PostgresOwner=Host=127.0.0.1;Username=nobody",
                $"--Tessera:ControlPlane={admin}", $"--Tessera:FeedKey={feedKey}", $"--Tessera:DirectoryKey={directoryKey}",
                "--Tessera:Audience=orders", $"--Tessera:Data={Folder("orders")}", $"--Tessera:RouteApi={auth}",
            ],
            [
                "--Router:Listen=http://127.0.0.1:0", $"--Router:Data={Folder("router")}", $"--Router:AuthHost={auth}",
                $"--Router:ControlPlane={admin}", $"--Router:FeedKey={feedKey}", $"--Router:DirectoryKey={directoryKey}",
            ]);
    }
}
