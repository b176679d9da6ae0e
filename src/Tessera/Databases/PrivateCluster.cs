using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Tessera.Up;

namespace Tessera.Databases;

/// <summary>A PostgreSQL server of the demo's own: loopback only, passwords only, stopped with the demo.</summary>
internal sealed class PrivateCluster : IAsyncDisposable
{
    private const string Superuser = "tessera";

    // As one step: a folder "cluster" is always a whole one. The password comes on standard input and lies on the disk for that moment only.
    private const string Initialise = """
        set -e; umask 077; cd "$1"; rm -rf making password; cat > password
        trap 'rm -f password' EXIT
        "$2" -D making -U "$3" --pwfile=password --auth=scram-sha-256 --encoding=UTF8 --locale=C
        mv making cluster
        """;

    private readonly PostgresPrograms _programs;
    private readonly ClusterUser _user;
    private readonly string _cluster;

    private PrivateCluster(PostgresPrograms programs, ClusterUser user, string cluster, string administrator) =>
        (_programs, _user, _cluster, Administrator) = (programs, user, cluster, administrator);

    /// <summary>Connection string of the superuser.</summary>
    public string Administrator { get; }

    public static async Task<PrivateCluster> StartAsync(PostgresPrograms newest, Place place, PostgresSecrets secrets, CancellationToken cancellation)
    {
        var user = new ClusterUser();
        var folder = await FolderAsync(user, place, secrets, cancellation);
        var cluster = Path.Combine(folder, "cluster");
        var password = secrets.PasswordOf(Superuser, place);
        if (!File.Exists(Path.Combine(cluster, "PG_VERSION")))
        {
            await user.RunAsync("making a cluster", ["sh", "-c", Initialise, "sh", folder, newest.InitDb, Superuser], cancellation, password);
        }

        var programs = ProgramsOf(cluster);
        await ForgetFormerRunAsync(programs, user, cluster, cancellation);
        var port = FreePort(place.PostgresPort);
        await user.RunAsync("starting",
        [
            programs.PgCtl, "start", "-D", cluster, "-w", "-t", "60", "-l", Path.Combine(cluster, "server.log"),
            "-o", $"-h {Place.Loopback} -p {port} -c unix_socket_directories=''",
        ], cancellation);
        return new PrivateCluster(programs, user, cluster, new NpgsqlConnectionStringBuilder
        {
            Host = Place.Loopback,
            Port = port,
            Username = Superuser,
            Password = password,
            Database = "postgres",
            Pooling = false,
        }.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await _user.RunAsync("stopping", [_programs.PgCtl, "stop", "-D", _cluster, "-m", "fast", "-w"], CancellationToken.None);
    }

    // Under the data folder, unless its user cannot get there (a root's home, say): then under /var/tmp, by a name only this folder gives.
    private static async Task<string> FolderAsync(ClusterUser user, Place place, PostgresSecrets secrets, CancellationToken cancellation)
    {
        var known = secrets.ClusterFolder;
        if (known is not null && await user.TryOwnAsync(known, cancellation))
        {
            return known;
        }

        var folder = place.In("postgres");
        if (!await user.TryOwnAsync(folder, cancellation))
        {
            Directory.Delete(folder);
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(place.Data)))[..16];
            folder = $"/var/tmp/tessera-{hash}";
            await user.RunAsync("making its folder", ["sh", "-c", "mkdir -m 700 \"$1\" 2>/dev/null || test -O \"$1\"", "sh", folder], cancellation);
        }

        secrets.ClusterFolder = folder;
        secrets.Save(place);
        return folder;
    }

    private static PostgresPrograms ProgramsOf(string cluster)
    {
        var version = int.Parse(File.ReadAllText(Path.Combine(cluster, "PG_VERSION")), CultureInfo.InvariantCulture);
        return PostgresPrograms.Find(version)
            ?? throw new Fault($"The data folder's PostgreSQL cluster is of version {version}, whose programs are not installed.");
    }

    // A demo that was killed leaves its server running, or a postmaster.pid that names a process of another kind by now.
    private static async Task ForgetFormerRunAsync(PostgresPrograms programs, ClusterUser user, string cluster, CancellationToken cancellation)
    {
        var pidFile = Path.Combine(cluster, "postmaster.pid");
        if (!File.Exists(pidFile))
        {
            return;
        }

        if ((await user.TryAsync([programs.PgCtl, "status", "-D", cluster], cancellation)).ExitCode == 0
            && (await user.TryAsync([programs.PgCtl, "stop", "-D", cluster, "-m", "fast", "-w"], cancellation)).ExitCode == 0)
        {
            return;
        }

        File.Delete(pidFile);
    }

    private static int FreePort(int wanted)
    {
        for (var port = wanted; port < wanted + 100; port++)
        {
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }

        throw new Fault($"No port from {wanted} on is free for PostgreSQL.");
    }
}
