using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using Tessera.Contracts.Keys;

namespace Tessera.Feed;

/// <summary>
/// The feed as it was received, one signed page a line, from revision 0 on; the last may be one without news, which says how
/// long the others were all there was. It is trusted no more than the wire: every line is verified again when it is replayed.
/// </summary>
internal sealed class DiskCopy : IDisposable
{
    public const string FileName = "directory.feed";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private FileStream _file;
    private long _endOfNews;

    private DiskCopy(string path, FileMode mode)
    {
        _path = path;
        _file = OpenFile(path, mode);
    }

    public int Lines { get; private set; }

    /// <summary>The revision a replay of the whole file leads to.</summary>
    public long Revision { get; private set; }

    /// <exception cref="IOException">The folder cannot be written, or another process holds the copy.</exception>
    public static DiskCopy Open(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new DiskCopy(Path.Combine(folder, FileName), FileMode.OpenOrCreate);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The folder '{folder}' for the directory's copy cannot be used: {e.Message}", e);
        }
    }

    /// <summary>An empty copy beside this one, to be filled and to take its place.</summary>
    public DiskCopy BeginAnew() => new(_path + ".new", FileMode.Create);

    /// <summary>Applies every line to <paramref name="map"/> up to the first that cannot be believed, and cuts the file there.</summary>
    /// <returns>Why the file was cut; null if it was whole.</returns>
    public async Task<string?> ReplayAsync(DirectoryMap map, PublicJwk pinned, CancellationToken cancellation)
    {
        long believed = 0;
        string? fault = null;
        await foreach (var line in ReadLinesAsync(cancellation))
        {
            try
            {
                var page = SignedPage.Open(line, pinned, Revision);
                map.Apply(page.Page);
                believed += line.Length + 1;
                if (page.IsNews)
                {
                    (_endOfNews, Revision) = (believed, page.Page.Revision);
                    Lines++;
                }
            }
            catch (FeedFault e)
            {
                fault = e.Message;
                break;
            }
        }

        if (_file.Length > believed)
        {
            fault ??= "its last line is incomplete";
            _file.SetLength(believed);
        }

        return fault;
    }

    /// <summary>Adds a page that continues from <see cref="Revision"/>; it is on the disk when this returns.</summary>
    public void Append(SignedPage page)
    {
        WriteAfterNews(page);
        _file.Flush(flushToDisk: true);
        (_endOfNews, Revision) = (_file.Position, page.Page.Revision);
        Lines++;
    }

    /// <summary>Puts a page without news last, in the place of the one that was there. Not forced to the disk: what is lost is only how fresh the copy was.</summary>
    public void Mark(SignedPage page) => WriteAfterNews(page);

    /// <summary>Puts <paramref name="fresh"/> in this copy's place in one step: whoever starts next reads the one or the other, whole.</summary>
    public void ReplaceWith(DiskCopy fresh)
    {
        fresh.Dispose();
        _file.Dispose();
        try
        {
            File.Move(fresh._path, _path, overwrite: true);
            (Lines, Revision, _endOfNews) = (fresh.Lines, fresh.Revision, fresh._endOfNews);
        }
        finally
        {
            _file = OpenFile(_path, FileMode.OpenOrCreate);
        }
    }

    public void Dispose() => _file.Dispose();

    private void WriteAfterNews(SignedPage page)
    {
        _file.SetLength(_endOfNews);
        _file.Position = _endOfNews;
        _file.Write(Encoding.ASCII.GetBytes(page.Jws + '\n'));
    }

    // Complete lines only; each is ASCII, so its length in characters is its length in bytes.
    private async IAsyncEnumerable<string> ReadLinesAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var reader = PipeReader.Create(_file, new StreamPipeReaderOptions(leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                yield return Encoding.Latin1.GetString(rest.Slice(0, end));
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            reader.AdvanceTo(rest.Start, read.Buffer.End);
            if (read.IsCompleted || rest.Length > FeedClient.MaxPageBytes)
            {
                break;
            }
        }

        await reader.CompleteAsync();
    }

    private static FileStream OpenFile(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }
}
