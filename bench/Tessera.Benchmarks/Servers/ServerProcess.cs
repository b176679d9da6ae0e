using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Tessera.Benchmarks.Servers;

/// <summary>A server in a process of its own on core 0, stopped with this object.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Core = "0";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Queue<string> _said = new();

    private ServerProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public int Pid => _process.Id;

    /// <summary>Starts a program under <c>taskset</c> and waits until it listens on the port.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not listen within a minute; the message has its last lines.</exception>
    public static Task<ServerProcess> StartAsync(int port, string folder, string program, params string[] arguments) => StartAsync(port, folder, [], program, arguments);

    /// <summary>The same with settings in its environment.</summary>
    public static async Task<ServerProcess> StartAsync(int port, string folder, Dictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("taskset", ["-c", Core, program, .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var server = new ServerProcess(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."), port);
        server._process.OutputDataReceived += (_, line) => server.Hear(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        var since = Stopwatch.StartNew();
        while (!await ListensAsync(port))
        {
            if (server._process.HasExited || since.Elapsed > StartLimit)
            {
                var said = server.Said();
                await server.DisposeAsync();
                throw new InvalidOperationException($"{program} does not listen on port {port}:\n{said}");
            }

            await Task.Delay(20);
        }

        return server;
    }

    /// <summary>A port nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The last lines it wrote.</summary>
    public string Said()
    {
        lock (_said)
        {
            return string.Join('\n', _said);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            _said.Enqueue(line ?? "");
            while (_said.Count > 40)
            {
                _said.Dequeue();
            }
        }
    }

    private static async Task<bool> ListensAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
