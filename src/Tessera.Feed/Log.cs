using Microsoft.Extensions.Logging;

namespace Tessera.Feed;

internal static partial class Log
{
    [LoggerMessage(1001, LogLevel.Information, "The directory's copy on disk is at revision {Revision} with {Tenants} tenants.")]
    public static partial void Loaded(ILogger logger, long revision, int tenants);

    [LoggerMessage(1002, LogLevel.Warning, "The directory's copy on disk was cut after revision {Revision}: {Reason}. What follows is fetched again.")]
    public static partial void CopyCut(ILogger logger, long revision, string reason);

    [LoggerMessage(1003, LogLevel.Warning, "The directory feed is down: {Reason}. Answering from revision {Revision} until it is back.")]
    public static partial void FeedDown(ILogger logger, string reason, long revision);

    [LoggerMessage(1004, LogLevel.Information, "The directory feed is up again at revision {Revision}.")]
    public static partial void FeedUp(ILogger logger, long revision);

    [LoggerMessage(1005, LogLevel.Warning, "The directory's copy on disk stays at revision {Revision}: {Reason}. Nothing else stops; the copy is made anew when the disk allows.")]
    public static partial void CopyBehind(ILogger logger, long revision, string reason);

    [LoggerMessage(1006, LogLevel.Information, "The directory's copy on disk was made anew: {Before} lines became {After}.")]
    public static partial void Compacted(ILogger logger, int before, int after);

    [LoggerMessage(1007, LogLevel.Information, "The directory was written down at revision {Revision} with {Tenants} tenants; {Pages} pages before it are no longer kept.")]
    public static partial void Saved(ILogger logger, long revision, int tenants, int pages);

    [LoggerMessage(1008, LogLevel.Warning, "The directory as it was written down is not used: {Reason} It is fetched again.")]
    public static partial void SavedCopyUnused(ILogger logger, string reason);
}
