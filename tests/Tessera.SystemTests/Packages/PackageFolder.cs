using System.IO.Compression;
using Tessera.SystemTests.Running;

namespace Tessera.SystemTests.Packages;

/// <summary>The solution's packages, packed once into a folder of its own.</summary>
public sealed class PackageFolder : IAsyncLifetime
{
    public string Path { get; } = Demo.NewFolder();

    /// <summary>The version that all of them have.</summary>
    public string Version => System.IO.Path.GetFileNameWithoutExtension(Directory.GetFiles(Path, "Tessera.AspNetCore.*.nupkg").Single())["Tessera.AspNetCore.".Length..];

    public async ValueTask InitializeAsync() => await DotNet.RunAsync(
        Repository.Root, packages: null, "pack", "Tessera.slnx", "-c", Repository.Configuration, "--no-build", "-o", Path, "-nologo", "-v", "quiet");

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Path, recursive: true);
        return ValueTask.CompletedTask;
    }

    public Task<ZipArchive> OpenAsync(string package, string extension) => ZipFile.OpenReadAsync(System.IO.Path.Combine(Path, $"{package}.{Version}.{extension}"));
}
