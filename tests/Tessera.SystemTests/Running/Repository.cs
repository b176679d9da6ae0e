namespace Tessera.SystemTests.Running;

/// <summary>Where the repository and what was built of it lie.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The configuration these tests were built in, and what they start with them.</summary>
    public static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The <c>tessera</c> command, built in the same configuration as these tests.</summary>
    public static string Command => Path.Combine(Root, "src", "Tessera", "bin", Configuration, "net10.0", "tessera.dll");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tessera.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
