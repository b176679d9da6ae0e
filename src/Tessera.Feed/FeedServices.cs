using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Tessera.Feed;

public static class FeedServices
{
    /// <summary>
    /// Registers the <see cref="DirectoryMap"/> and what keeps it. The copy on disk is loaded before the host serves; the host
    /// does not start when the folder cannot be written.
    /// </summary>
    public static IServiceCollection AddDirectoryFeed(this IServiceCollection services, FeedOptions options) => services.AddDirectoryFeed<DirectoryMap>(options);

    /// <summary>The same for a directory of another make.</summary>
    internal static IServiceCollection AddDirectoryFeed<TDirectory>(this IServiceCollection services, FeedOptions options) where TDirectory : class, IDirectory
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<TDirectory>();
        services.AddSingleton<IDirectory>(provider => provider.GetRequiredService<TDirectory>());
        services.AddSingleton<FeedFollower>();
        return services.AddHostedService(provider => provider.GetRequiredService<FeedFollower>());
    }
}
