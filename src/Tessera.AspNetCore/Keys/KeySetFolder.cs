using System.Security.Cryptography;
using System.Text;

namespace Tessera.AspNetCore.Keys;

/// <summary>The last good set of each issuer, a file each, for a start while the issuer does not answer.</summary>
/// <param name="data">The process's own folder; null where nothing is kept.</param>
internal sealed class KeySetFolder(string? data)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Null when there is none, or none that can be believed.</summary>
    public KeySet? Read(string issuer)
    {
        if (data is null)
        {
            return null;
        }

        try
        {
            var file = new FileInfo(PathOf(data, issuer));
            return file is { Exists: true, Length: <= KeySetClient.MostBytes } && KeySet.TryRead(File.ReadAllText(file.FullName), out var set) ? set : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Puts the set in the place of the one before, in one step.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written.</exception>
    public void Write(string issuer, KeySet set)
    {
        if (data is null)
        {
            return;
        }

        var path = PathOf(data, issuer);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        var fresh = path + ".new";
        using (var file = new FileStream(fresh, options))
        {
            file.Write(Encoding.UTF8.GetBytes(set.Text));
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: true);
    }

    private static string PathOf(string data, string issuer) =>
        Path.Combine(data, "issuer-keys", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(issuer)))[..32] + ".json");
}
