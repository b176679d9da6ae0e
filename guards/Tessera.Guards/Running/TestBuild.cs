using System.Diagnostics;
using Tessera.Guards.Removing;

namespace Tessera.Guards.Running;

/// <summary>
/// A copy of the built unit tests beside them, of hard links but for the one assembly that is rewritten. What was built
/// stays as it is, and the product has no part in it.
/// </summary>
internal sealed class TestBuild : IDisposable
{
    private readonly string _folder;

    private TestBuild(string folder) => _folder = folder;

    public string Executable => Path.Combine(_folder, Name);

    private const string Name = "Tessera.UnitTests";

    /// <summary>Where the unit tests are built.</summary>
    public static string Original(string root) => Path.Combine(root, "tests", Name, "bin", "Debug", "net10.0");

    public static async Task<TestBuild> CopyAsync(string root, int number)
    {
        var original = Original(root);
        // Below the repository and as deep as the original, because tests look for the repository from where they are.
        var folder = Path.Combine(root, "tests", Name, "bin", $"Guards{number}", "net10.0");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        using var copy = Process.Start("cp", ["-al", original, folder]);
        await copy.WaitForExitAsync();
        return copy.ExitCode == 0 ? new TestBuild(folder) : throw new InvalidOperationException($"{original} could not be copied to {folder}.");
    }

    /// <summary>Takes the guard out of the copy, and puts it back when the result is disposed of.</summary>
    public IDisposable Without(Guard guard)
    {
        var file = Assemblies.FileOf(guard, _folder);
        var (whole, mutilated) = (File.ReadAllBytes(file), Assemblies.Without(guard, file));
        Replace(file, mutilated);
        return new Restoring(() => Replace(file, whole));
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    // Deleted first: the original is the same file under another name.
    private static void Replace(string file, byte[] content)
    {
        File.Delete(file);
        File.WriteAllBytes(file, content);
    }

    private sealed class Restoring(Action restore) : IDisposable
    {
        public void Dispose() => restore();
    }
}
