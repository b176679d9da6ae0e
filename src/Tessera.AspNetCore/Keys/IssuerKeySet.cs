using Microsoft.Extensions.Logging;
using Tessera.Contracts.Keys;

namespace Tessera.AspNetCore.Keys;

/// <summary>One issuer's last good set, and when it may be asked for another.</summary>
internal sealed partial class IssuerKeySet(string issuer, KeySetClient client, KeySetFolder folder, TimeProvider clock, ILogger logger)
{
    /// <summary>Between the beginnings of two fetches, however the first ended.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(30);

    /// <summary>By when a key that was withdrawn is asked after, though nobody came with an unknown one.</summary>
    public static readonly TimeSpan MostAge = TimeSpan.FromHours(1);

    private readonly Lock _asking = new();
    private volatile KeySet? _set = folder.Read(issuer);
    private DateTimeOffset _nextFetch;
    private long _nextLook; // ticks of UTC; what came from the disk is old at once
    private Task<bool>? _fetch;

    public IReadOnlyList<PublicJwk>? Keys
    {
        get
        {
            if (IsOld())
            {
                _ = RefreshAsync();
            }

            return _set?.Keys;
        }
    }

    public Task<bool> RefreshAsync()
    {
        lock (_asking)
        {
            if (_fetch is { IsCompleted: false })
            {
                return _fetch;
            }

            if (!MayFetch(clock.GetUtcNow()))
            {
                return Task.FromResult(false);
            }

            _nextFetch = clock.GetUtcNow() + LeastPause;
            Volatile.Write(ref _nextLook, _nextFetch.UtcTicks);
            return _fetch = Task.Run(FetchAsync);
        }
    }

    private bool MayFetch(DateTimeOffset now) => now >= _nextFetch;

    private bool IsOld() => _set is not null && clock.GetUtcNow().UtcTicks >= Volatile.Read(ref _nextLook);

    private async Task<bool> FetchAsync()
    {
        try
        {
            var set = await client.FetchAsync(issuer);
            _set = Settle(set);
            Volatile.Write(ref _nextLook, (clock.GetUtcNow() + MostAge).UtcTicks);
            folder.Write(issuer, set);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            LogNotFetched(logger, issuer, e is OperationCanceledException ? "it did not answer in time" : e.Message);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotKept(logger, issuer, e.Message);
            return true;
        }
    }

    // The same set keeps its objects, and what hangs on them.
    private KeySet Settle(KeySet set) => _set is { } known && known.Text == set.Text ? known : set;

    [LoggerMessage(110, LogLevel.Warning, "The keys of {Issuer} were not fetched: {Reason}. The last good ones stay.")]
    private static partial void LogNotFetched(ILogger logger, string issuer, string reason);

    [LoggerMessage(111, LogLevel.Warning, "The keys of {Issuer} were fetched, but not kept for the next start: {Reason}.")]
    private static partial void LogNotKept(ILogger logger, string issuer, string reason);
}
