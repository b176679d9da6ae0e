using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tessera.Feed;

namespace Tessera.UnitTests.Feed;

/// <summary>A host that does nothing but follow a feed.</summary>
internal sealed class Follower : IAsyncDisposable
{
    private readonly IHost _host;

    private Follower(IHost host, string data) => (_host, Data) = (host, data);

    public string Data { get; }

    public DirectoryMap Map => _host.Services.GetRequiredService<DirectoryMap>();

    public Task FirstPage => _host.Services.GetRequiredService<FeedFollower>().FirstPage;

    public static async Task<Follower> StartAsync(FeedSource source, string data)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddDirectoryFeed<DirectoryMap>(new FeedOptions
        {
            ControlPlane = source.Address,
            FeedKey = source.Key,
            DirectoryKey = source.Signer.Public,
            Data = data,
        });
        var follower = new Follower(builder.Build(), data);
        await follower._host.StartAsync();
        return follower;
    }

    public Task ReachesAsync(long revision) => Eventually.HoldsAsync(() => Map.Revision >= revision, $"revision {revision}");

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

internal static class Eventually
{
    public static async Task HoldsAsync(Func<bool> condition, string what)
    {
        for (var i = 0; i < 1_000; i++)
        {
            if (condition())
            {
                return;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"Waited in vain for {what}.");
    }
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tessera-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
