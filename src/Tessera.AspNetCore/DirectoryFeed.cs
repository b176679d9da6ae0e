using Microsoft.Extensions.DependencyInjection;
using Tessera.Feed;

namespace Tessera.AspNetCore;

/// <summary>The one place where this library meets the feed.</summary>
internal static class DirectoryFeed
{
    /// <summary>Registers the directory's map and what keeps it current. The options have been validated.</summary>
    public static void FollowDirectory(this IServiceCollection services, TesseraOptions options)
    {
        TesseraOptionsValidator.TryReadKey(options.DirectoryKey, out var key);
        services.AddDirectoryFeed<DirectoryMap>(new FeedOptions
        {
            ControlPlane = options.ControlPlane!,
            FeedKey = options.FeedKey!,
            DirectoryKey = key!,
            Data = options.Data!,
        });
    }
}
