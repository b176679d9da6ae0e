using System.Diagnostics;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.ForwardAuth;

/// <summary>A real nginx in a folder of its own, with the server block that <c>docs/forward-auth.md</c> shows, or another.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly string _folder = Demo.NewFolder();
    private readonly Process _process;

    private Nginx(int port, string server)
    {
        Port = port;
        File.WriteAllText(Path.Combine(_folder, "nginx.conf"), $$"""
            daemon off;
            pid {{_folder}}/nginx.pid;
            error_log {{_folder}}/error.log warn;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            events {}
            http {
                access_log {{_folder}}/access.log;
                client_body_temp_path {{_folder}}/body;
                proxy_temp_path {{_folder}}/proxy;
                fastcgi_temp_path {{_folder}}/fastcgi;
                uwsgi_temp_path {{_folder}}/uwsgi;
                scgi_temp_path {{_folder}}/scgi;
            {{server}}
            }
            """);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(Command, ["-p", _folder, "-c", "nginx.conf"]) { RedirectStandardError = true, UseShellExecute = false },
        };
    }

    public int Port { get; }

    // Outside of root's PATH on some systems.
    private static string Command => File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";

    public static Task<Nginx> StartAsync(int port, int forwardAuth, int upstream) => StartAsync(port, ServerBlock()
        .Replace("127.0.0.1:8080", $"127.0.0.1:{port}", StringComparison.Ordinal)
        .Replace("127.0.0.1:8430", $"127.0.0.1:{forwardAuth}", StringComparison.Ordinal)
        .Replace("127.0.0.1:9000", $"127.0.0.1:{upstream}", StringComparison.Ordinal));

    /// <summary>With a server block that listens on the port; paths in it are below a folder of its own.</summary>
    public static async Task<Nginx> StartAsync(int port, string server)
    {
        var nginx = new Nginx(port, server);
        nginx._process.Start();
        var errors = nginx._process.StandardError.ReadToEndAsync();
        for (var tries = 0; !Ports.IsTaken(port); tries++)
        {
            Assert.False(nginx._process.HasExited || tries > 200, $"nginx did not start. {(nginx._process.HasExited ? await errors : "")}");
            await Task.Delay(50);
        }

        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var stop = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await stop.WaitForExitAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await _process.WaitForExitAsync(patience.Token);
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string ServerBlock() => Documents.Block("docs/forward-auth.md", "nginx");
}
