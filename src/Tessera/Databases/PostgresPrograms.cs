using System.Globalization;

namespace Tessera.Databases;

/// <summary>The server's programs as installed here.</summary>
/// <param name="Folder">Holds <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>.</param>
internal sealed record PostgresPrograms(string Folder, int Version)
{
    private static readonly string[] Needed = ["initdb", "pg_ctl", "postgres"];

    public string InitDb => Path.Combine(Folder, "initdb");

    public string PgCtl => Path.Combine(Folder, "pg_ctl");

    /// <summary>The newest of those in PATH and under <c>/usr/lib/postgresql</c>; null if there are none.</summary>
    public static PostgresPrograms? Find() => All().MaxBy(programs => programs.Version);

    /// <summary>Those of the very version a cluster was made with; no other reads its files.</summary>
    public static PostgresPrograms? Find(int version) => All().FirstOrDefault(programs => programs.Version == version);

    private static IEnumerable<PostgresPrograms> All()
    {
        var inPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var ofDebian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            : [];
        return OperatingSystem.IsWindows()
            ? []
            : ofDebian.Concat(inPath)
                .Where(folder => Needed.All(program => IsThere(Path.Combine(folder, program))))
                .Select(folder => new PostgresPrograms(folder, VersionOf(folder)))
                .Where(programs => programs.Version > 0);
    }

    // A link may have outlived what it led to.
    private static bool IsThere(string path) => File.Exists(path) && (new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.Exists ?? true);

    // "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)"
    private static int VersionOf(string folder)
    {
        var (code, output) = Shell.RunAsync([Path.Combine(folder, "postgres"), "--version"], CancellationToken.None).GetAwaiter().GetResult();
        var words = output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return code == 0 && words.Length > 2 && int.TryParse(words[2].Split('.')[0], CultureInfo.InvariantCulture, out var version) ? version : 0;
    }
}
