using Microsoft.Extensions.Logging;

namespace Tessera.Feed;

/// <summary>Brings pages into the map and onto the disk, and keeps the copy on disk short.</summary>
internal sealed class FeedKeeper : IDisposable
{
    private const int LinesToSpare = 1_000;
    private const int Rounds = 20;
    private static readonly TimeSpan PauseBetweenTries = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseBetweenMarks = TimeSpan.FromSeconds(30);

    private readonly DirectoryMap _map;
    private readonly FeedClient _client;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly DiskCopy _copy;
    private int _linesWhenFresh;
    private DateTimeOffset _nextTry;
    private DateTimeOffset _nextMark;

    private FeedKeeper(DirectoryMap map, FeedClient client, TimeProvider time, ILogger log, DiskCopy copy) =>
        (_map, _client, _time, _log, _copy) = (map, client, time, log, copy);

    public static async Task<FeedKeeper> LoadAsync(
        FeedOptions options, DirectoryMap map, FeedClient client, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        var copy = DiskCopy.Open(options.Data);
        if (await copy.ReplayAsync(map, options.DirectoryKey, cancellation) is { } fault)
        {
            Log.CopyCut(log, map.Revision, fault);
        }

        Log.Loaded(log, map.Revision, map.TenantCount);
        return new FeedKeeper(map, client, time, log, copy);
    }

    /// <summary>
    /// Writes the page down, then applies it. A disk that refuses does not keep the map from going on. One without news is
    /// written now and then, so that a start without the control plane knows how old the copy is.
    /// </summary>
    public void Keep(SignedPage page)
    {
        if (_copy.Revision == page.Page.After && (page.IsNews || IsMarkDue()))
        {
            TryWrite(page);
        }

        _map.Apply(page.Page);
    }

    /// <summary>Makes the copy anew from revision 0 where it has grown long, or where the disk refused a page before.</summary>
    public async Task TidyAsync(CancellationToken cancellation)
    {
        var isDue = _copy.Lines > _linesWhenFresh + LinesToSpare || _copy.Revision != _map.Revision;
        if (!isDue || _time.GetUtcNow() < _nextTry)
        {
            return;
        }

        _nextTry = _time.GetUtcNow() + PauseBetweenTries;
        try
        {
            using var fresh = _copy.BeginAnew();
            if (await CatchUpAsync(fresh, cancellation))
            {
                var before = _copy.Lines;
                _copy.ReplaceWith(fresh);
                _linesWhenFresh = _copy.Lines;
                Log.Compacted(_log, before, _copy.Lines);
            }
        }
        catch (Exception e) when (IsOfTheDisk(e))
        {
            Log.CopyBehind(_log, _copy.Revision, e.Message);
        }
    }

    public void Dispose() => _copy.Dispose();

    // The map is fed by its own pages alone, the fresh copy by those from revision 0: they are one and the same
    // history only when both stand at the same revision. A directory that changes all the time is tried again later.
    private async Task<bool> CatchUpAsync(DiskCopy fresh, CancellationToken cancellation)
    {
        for (var round = 0; round < Rounds; round++)
        {
            await FillAsync(fresh, cancellation);
            while (_map.Revision < fresh.Revision)
            {
                var page = await _client.FetchAsync(_map.Revision, TimeSpan.Zero, cancellation);
                Keep(page.IsNews ? page : throw new FeedFault("the control plane tells two histories"));
            }

            if (fresh.Revision == _map.Revision)
            {
                return true;
            }
        }

        return false;
    }

    private async Task FillAsync(DiskCopy fresh, CancellationToken cancellation)
    {
        while (true)
        {
            var page = await _client.FetchAsync(fresh.Revision, TimeSpan.Zero, cancellation);
            if (page.IsNews)
            {
                fresh.Append(page);
            }

            if (!page.Page.HasMore)
            {
                return;
            }
        }
    }

    private bool IsMarkDue()
    {
        var now = _time.GetUtcNow();
        if (now < _nextMark)
        {
            return false;
        }

        _nextMark = now + PauseBetweenMarks;
        return true;
    }

    private void TryWrite(SignedPage page)
    {
        try
        {
            if (page.IsNews)
            {
                _copy.Append(page);
            }
            else
            {
                _copy.Mark(page);
            }
        }
        catch (Exception e) when (IsOfTheDisk(e))
        {
            Log.CopyBehind(_log, _copy.Revision, e.Message);
        }
    }

    private static bool IsOfTheDisk(Exception e) => e is IOException or UnauthorizedAccessException or ObjectDisposedException;
}
