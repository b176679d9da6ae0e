using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Tessera.Feed;

/// <summary>
/// Keeps the <see cref="IDirectory"/> at the directory's latest revision, and a copy on disk that is good for a start
/// without the control plane. Whatever arrives is verified with the pinned key; what cannot be believed changes nothing.
/// </summary>
internal sealed class FeedFollower : BackgroundService
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private readonly FeedOptions _options;
    private readonly IDirectory _map;
    private readonly TimeProvider _time;
    private readonly ILogger<FeedFollower> _log;
    private readonly FeedClient _client;
    private readonly TaskCompletionSource _firstPage = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Backoff _backoff = new();
    private FeedKeeper? _keeper;
    private string? _downBecause;

    public FeedFollower(FeedOptions options, IDirectory map, TimeProvider time, ILogger<FeedFollower> log)
    {
        (_options, _map, _time, _log) = (options, map, time, log);
        _client = new FeedClient(options);
    }

    /// <summary>Done once the map holds the directory, from the disk or from the network. Cancelled if the host stops first.</summary>
    public Task FirstPage => _firstPage.Task;

    /// <summary>Loads the copy on disk; then the host may serve.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        _keeper = await FeedKeeper.LoadAsync(_options, _map, _client, _time, _log, cancellationToken);
        if (_map.Revision > 0)
        {
            _firstPage.TrySetResult();
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Nothing is held back by the first request: it tells at once whether the feed answers.
        var wait = TimeSpan.Zero;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(wait, stoppingToken);
                wait = FeedClient.LongPoll;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                GoDown(e is OperationCanceledException ? "the control plane did not answer in time" : e.Message);
                wait = TimeSpan.Zero;
                await Task.Delay(_backoff.Next(), _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        _firstPage.TrySetCanceled(stoppingToken);
    }

    public override void Dispose()
    {
        _keeper?.Dispose();
        _client.Dispose();
        base.Dispose();
    }

    private async Task FollowAsync(TimeSpan wait, CancellationToken stopping)
    {
        var asked = _time.GetTimestamp();
        var page = await _client.FetchAsync(_map.Revision, wait, stopping);
        _keeper!.Keep(page);
        GoUp();
        if (!page.Page.HasMore)
        {
            _firstPage.TrySetResult();
            await _keeper.TidyAsync(stopping);
        }

        // A control plane that does not hold requests is not asked in a tight circle.
        if (!page.IsNews && wait > TimeSpan.Zero && _time.GetElapsedTime(asked) < LeastPause)
        {
            await Task.Delay(LeastPause, _time, stopping);
        }
    }

    // One line when the feed goes down, one for every other reason found meanwhile, one when it is back.
    private void GoDown(string reason)
    {
        if (_downBecause != reason)
        {
            Log.FeedDown(_log, reason, _map.Revision);
            _downBecause = reason;
        }
    }

    private void GoUp()
    {
        _backoff.Reset();
        if (_downBecause is not null)
        {
            Log.FeedUp(_log, _map.Revision);
            _downBecause = null;
        }
    }
}
