namespace Tessera.Benchmarks.Servers;

/// <summary>Where <c>./dev bench</c> has put what is started.</summary>
internal static class BuiltFiles
{
    private static readonly string Root = FindRoot();

    /// <summary>The <c>tessera</c> command as it is published.</summary>
    public static string Tessera => Existing(Path.Combine(Root, "artifacts/bench/tessera/tessera"));

    /// <summary>This very program, which is the floors too.</summary>
    public static string Floors => Existing(Environment.ProcessPath ?? "");

    public static string Peers => Path.Combine(Root, "bench/peers");

    public static string Record => Path.Combine(Root, "bench/README.md");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tessera.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The benchmarks run inside the repository.");
    }

    private static string Existing(string path) =>
        File.Exists(path) ? path : throw new InvalidOperationException($"{path} is not built. Run ./dev bench.");
}
