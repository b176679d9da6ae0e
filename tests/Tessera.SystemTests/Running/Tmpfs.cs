using System.Diagnostics;

namespace Tessera.SystemTests.Running;

/// <summary>A small disk of a test's own, to be filled. Mounting takes root, or a <c>sudo</c> that asks nothing.</summary>
public sealed class Tmpfs : IAsyncDisposable
{
    private readonly string _filler;

    private Tmpfs(string folder) => (Folder, _filler) = (folder, Path.Combine(folder, "filler"));

    public string Folder { get; }

    public static async Task<Tmpfs> MountAsync(int mebibytes)
    {
        var folder = Demo.NewFolder();
        await RunAsync("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m,mode=0777", "tmpfs", folder);
        return new Tmpfs(folder);
    }

    /// <summary>Takes all that is free, to the last byte.</summary>
    public void Fill()
    {
        using var file = new FileStream(_filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[64 * 1024];
        for (var length = block.Length; length > 0;)
        {
            try
            {
                file.Write(block, 0, length);
            }
            catch (IOException)
            {
                length /= 2;
            }
        }
    }

    public void Free() => File.Delete(_filler);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", Folder);
        Directory.Delete(Folder);
    }

    private static async Task RunAsync(params string[] command)
    {
        string[] whole = Environment.UserName == "root" ? command : ["sudo", "-n", .. command];
        using var process = Process.Start(new ProcessStartInfo(whole[0], whole[1..]) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', whole)}: {errors}");
    }
}
