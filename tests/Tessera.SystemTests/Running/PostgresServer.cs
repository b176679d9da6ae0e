using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace Tessera.SystemTests.Running;

/// <summary>A PostgreSQL server of a test's own, which writes to the disk as in earnest: to be killed and started again.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Make = """
        set -e; umask 077; cd "$1"; cat > password
        "$2/initdb" -D data -U postgres --pwfile=password --auth=scram-sha-256 -E UTF8 --locale=C > initdb.log; rm password
        """;

    private readonly string _folder = Demo.NewFolder();
    private readonly int _port = Ports.NextBase();
    private readonly string _programs = Programs();

    private PostgresServer(string password) => Administrator = new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1", Port = _port, Username = "postgres", Password = password, Database = "postgres",
    }.ConnectionString;

    public string Administrator { get; }

    private string Data => Path.Combine(_folder, "data");

    public static async Task<PostgresServer> StartAsync()
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(18));
        var server = new PostgresServer(password);
        if (Environment.UserName == "root")
        {
            await RunAsync("", "chown", "postgres:", server._folder);
        }

        await RunAsync(password, [.. AsPostgres, "sh", "-c", Make, "sh", server._folder, server._programs]);
        await server.StartAgainAsync();
        return server;
    }

    public Task StartAgainAsync() => RunAsync("",
    [
        .. AsPostgres, Path.Combine(_programs, "pg_ctl"), "start", "-s", "-w", "-t", "60", "-D", Data, "-l", Path.Combine(_folder, "server.log"),
        "-o", $"-h 127.0.0.1 -p {_port} -c unix_socket_directories='' -c max_connections=200 -c fsync=on -c synchronous_commit=on",
    ]);

    /// <summary>SIGKILL to the server and every process of it.</summary>
    public async Task KillAsync()
    {
        var server = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        var children = (await File.ReadAllTextAsync($"/proc/{server}/task/{server}/children")).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var id in children.Prepend(server))
        {
            Kill(int.Parse(id, CultureInfo.InvariantCulture));
        }
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsync("", [.. AsPostgres, Path.Combine(_programs, "pg_ctl"), "stop", "-s", "-m", "immediate", "-D", Data]);
        Directory.Delete(_folder, recursive: true);
    }

    // PostgreSQL refuses to run as root.
    private static string[] AsPostgres => Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] : [];

    private static string Programs() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Order().Last()
        : throw new InvalidOperationException("These tests need PostgreSQL's programs under /usr/lib/postgresql.");

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            process.WaitForExit(TimeSpan.FromSeconds(5));
        }
        catch (ArgumentException)
        {
            // Ended between the list and this.
        }
    }

    private static async Task RunAsync(string input, params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, WorkingDirectory = "/" })!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {process.ExitCode}");
    }
}
