namespace Tessera.Databases;

/// <summary>The user a private cluster runs as: ourselves, or <c>postgres</c> where we are root, whom PostgreSQL refuses.</summary>
internal sealed class ClusterUser
{
    private static readonly string[] AsPostgres = File.Exists("/usr/bin/setpriv")
        ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
        : ["runuser", "-u", "postgres", "--"];

    public bool IsOther { get; } = Environment.IsPrivilegedProcess;

    /// <summary>Runs a program as this user.</summary>
    /// <exception cref="Fault">It failed; the last line of its output is told.</exception>
    public async Task RunAsync(string what, IReadOnlyList<string> command, CancellationToken cancellation, string? input = null)
    {
        var (code, output) = await TryAsync(command, cancellation, input);
        if (code != 0)
        {
            throw new Fault($"PostgreSQL: {what} failed: {output.Trim().Split('\n')[^1].Trim()}");
        }
    }

    public Task<(int ExitCode, string Output)> TryAsync(IReadOnlyList<string> command, CancellationToken cancellation, string? input = null) =>
        Shell.RunAsync(IsOther ? [.. AsPostgres, .. command] : command, cancellation, input);

    /// <summary>Makes <paramref name="folder"/> if this user can work in it; false if the way there is barred.</summary>
    public async Task<bool> TryOwnAsync(string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        if (IsOther && (await Shell.RunAsync(["chown", "postgres:", folder], cancellation)).ExitCode != 0)
        {
            return false;
        }

        return (await TryAsync(["sh", "-c", "chmod 700 \"$1\" && test -w \"$1\" && test -x \"$1\"", "sh", folder], cancellation)).ExitCode == 0;
    }
}
