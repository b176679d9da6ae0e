using System.Security.Cryptography;
using System.Text;

namespace Tessera.Feed;

/// <summary>
/// A directory written down whole, for a start that replays next to nothing. Behind it stands a MAC under a key that comes
/// from the feed key, which never lies beside it: who can write into the folder can break the copy, but not put words into it.
/// </summary>
internal sealed class SavedCopy(FeedOptions options)
{
    public const string FileName = "directory.map";
    private const int BufferBytes = 1024 * 1024;
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
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
            if (!IsOwn(file))
            {
                return "It was not written by this consumer with this feed key.";
            }

            file.Position = 0;
            directory.Load(file);
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
            directory.Save(file);
            file.Flush();
            file.Position = 0;
            var tag = HMACSHA256.HashData(_key, file);
            file.Write(tag);
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, _path, overwrite: true);
    }

    // Read twice rather than believed before it is known to be whole.
    private bool IsOwn(FileStream file)
    {
        var length = file.Length - HMACSHA256.HashSizeInBytes;
        if (length < 0)
        {
            return false;
        }

        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        var buffer = new byte[BufferBytes];
        for (var left = length; left > 0;)
        {
            var read = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
            {
                return false;
            }

            mac.AppendData(buffer, 0, read);
            left -= read;
        }

        Span<byte> tag = stackalloc byte[HMACSHA256.HashSizeInBytes];
        file.ReadExactly(tag);
        return CryptographicOperations.FixedTimeEquals(tag, mac.GetHashAndReset());
    }

    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = BufferBytes };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }
}
