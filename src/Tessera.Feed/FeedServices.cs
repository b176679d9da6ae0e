using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Tessera.Feed;

public static class FeedServices
{
    /// <summary>
    /// Registers the <see cref="DirectoryMap"/> and the <see cref="FeedFollower"/> that keeps it. The copy on disk is
    /// loaded before the host serves; the host does not start when the folder cannot be written.
    /// </summary>
    public static IServiceCollection AddDirectoryFeed(this IServiceCollection services, FeedOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<DirectoryMap>();
        services.AddSingleton<FeedFollower>();
        return services.AddHostedService(provider => provider.GetRequiredService<FeedFollower>());
    }
}
