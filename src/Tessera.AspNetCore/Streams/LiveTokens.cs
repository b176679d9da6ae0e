using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tessera.AspNetCore.Tokens;
using Tessera.Feed;

namespace Tessera.AspNetCore.Streams;

/// <summary>
/// The tokens of what outlives a request's beginning: hub connections, gRPC calls, event streams. Each is verified again
/// within a quarter of a second of news from the directory, and every half second for what time alone ends. One that is no
/// longer good ends what it is for, busy or idle.
/// </summary>
internal sealed partial class LiveTokens(TokenVerifier verifier, DirectoryMap directory, TimeProvider clock, ILogger<LiveTokens> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<Watch, bool> _watches = new();

    public int Count => _watches.Count;

    /// <summary>Calls <paramref name="end"/>, once at most, when the token is no longer good, until the answer is disposed.</summary>
    public IDisposable Add(string token, Action end)
    {
        var watch = new Watch(this, token, end);
        _watches[watch] = true;
        return watch;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (seen, swept) = (-1L, 0L);
        using var timer = new PeriodicTimer(Tick, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var (revision, now) = (directory.Revision, clock.GetTimestamp());
            if (IsDue(revision != seen, clock.GetElapsedTime(swept, now)))
            {
                (seen, swept) = (revision, now);
                Sweep(stoppingToken);
            }
        }
    }

    private static bool IsDue(bool isNews, TimeSpan sinceLast) => isNews || sinceLast >= BetweenSweeps;

    private void Sweep(CancellationToken stop)
    {
        foreach (var (watch, _) in _watches)
        {
            switch (verifier.Verify(watch.Token))
            {
                case TokenVerdict.Refused { KeysAt: not null }:
                    _ = VerifyWithFreshKeysAsync(watch, stop); // beside the sweep, which waits for nobody's keys
                    break;
                case TokenVerdict.Refused refused:
                    End(watch, refused.Failure);
                    break;
            }
        }
    }

    private async Task VerifyWithFreshKeysAsync(Watch watch, CancellationToken stop)
    {
        try
        {
            if (await verifier.VerifyAsync(watch.Token, stop) is TokenVerdict.Refused refused)
            {
                End(watch, refused.Failure);
            }
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            LogNotEnded(logger, e);
            End(watch, TokenFailure.KeysNotFetched);
        }
        catch (OperationCanceledException)
        {
            // The process stops, and everything with it.
        }
    }

    private void End(Watch watch, TokenFailure failure)
    {
        if (!_watches.TryRemove(watch, out _))
        {
            return;
        }

        LogEnded(logger, failure);
        try
        {
            watch.End();
        }
        catch (Exception e)
        {
            LogNotEnded(logger, e); // The others are to be ended all the same.
        }
    }

    [LoggerMessage(400, LogLevel.Information, "What a token was for is ended: {Failure}.")]
    private static partial void LogEnded(ILogger logger, TokenFailure failure);

    [LoggerMessage(401, LogLevel.Error, "What a token was for did not end in order.")]
    private static partial void LogNotEnded(ILogger logger, Exception exception);

    private sealed class Watch(LiveTokens tokens, string token, Action end) : IDisposable
    {
        public string Token => token;

        public Action End => end;

        public void Dispose() => tokens._watches.TryRemove(this, out _);
    }
}
