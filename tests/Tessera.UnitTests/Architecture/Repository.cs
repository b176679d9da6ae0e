using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Tessera.UnitTests.Architecture;

/// <summary>The repository these tests were built in: its files, and what its assemblies refer to.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Paths of all files under version control, or about to be.</summary>
    public static IReadOnlyList<string> Files { get; } = List();

    public static IEnumerable<string> Sources => Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && !file.StartsWith("tests/", StringComparison.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>Names of the assemblies an assembly of ours refers to.</summary>
    public static IReadOnlyList<string> AssembliesOf(string assembly) => Inspect(assembly, reader =>
        reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name)));

    /// <summary>Full names of the types of others that an assembly of ours uses.</summary>
    public static IReadOnlyList<string> TypesUsedBy(string assembly) => Inspect(assembly, reader =>
        reader.TypeReferences.Select(reader.GetTypeReference).Select(type => $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}"));

    /// <summary>Names of the types an assembly of ours defines.</summary>
    public static IReadOnlyList<string> TypesIn(string assembly) => Inspect(assembly, reader =>
        reader.TypeDefinitions.Select(handle => reader.GetString(reader.GetTypeDefinition(handle).Name)));

    private static IReadOnlyList<string> Inspect(string assembly, Func<MetadataReader, IEnumerable<string>> read)
    {
        using var portable = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll")));
        return [.. read(portable.GetMetadataReader())];
    }

    private static IReadOnlyList<string> List()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root, RedirectStandardOutput = true, UseShellExecute = false,
        })!;
        var files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return git.ExitCode == 0 ? [.. files.Where(file => File.Exists(Path.Combine(Root, file)))] : throw new InvalidOperationException("git does not list the files.");
    }

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
