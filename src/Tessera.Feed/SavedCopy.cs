using System.Security.Cryptography;
using System.Text;

namespace Tessera.Feed;

/// <summary>
/// A directory written down whole, for a start that replays next to nothing. It is sealed with a key that comes from the feed
/// key, which never lies beside it: who can write into the folder can break the copy, but not put words into it.
/// </summary>
internal sealed class SavedCopy(FeedOptions options)
{
    public const string FileName = "directory.map";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path = Path.Combine(options.Data, FileName);

    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.FeedKey), HMACSHA256.HashSizeInBytes, info: "tessera saved directory"u8.ToArray());

    /// <summary>Fills the directory, if there is a copy that can be believed.</summary>
    /// <returns>Why the copy was not used; null if it was, or if there is none.</returns>
    public string? Load(ISavedDirectory directory)
    {
        if (!File.Exists(_path))
        {
            return null;
        }

        try
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            using var sealedFile = new SealedReader(file, _key);
            directory.Load(sealedFile);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return e.Message;
        }
    }

    /// <summary>Writes the directory down in the place of the copy before, in one step.</summary>
    /// <exception cref="IOException">The disk refuses; the copy before stands.</exception>
    public void Save(ISavedDirectory directory)
    {
        var fresh = _path + ".new";
        using (var file = Open(fresh))
        {
            using var sealedFile = new SealedWriter(file, _key);
            directory.Save(sealedFile);
            sealedFile.Complete();
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, _path, overwrite: true);
    }

    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }
}
