namespace Tessera.ControlPlane.Keys;

/// <summary>A file only its owner may read (mode 0600 where there are modes), whole or not there at all.</summary>
internal static class PrivateFile
{
    /// <summary>Makes the file, empty, unless it is there: what fills it later keeps its mode.</summary>
    public static void Reserve(string path)
    {
        if (!File.Exists(path))
        {
            Write(path, "");
        }
    }

    public static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():N}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = new FileStream(draft, options))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }
}
