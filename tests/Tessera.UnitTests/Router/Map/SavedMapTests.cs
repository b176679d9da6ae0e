using System.Globalization;
using System.Net;
using Tessera.Contracts.Ids;
using Tessera.UnitTests.Feed;

namespace Tessera.UnitTests.Router.Map;

/// <summary>A router that wrote its map down starts from it, with the directory gone, and from nothing else.</summary>
public sealed class SavedMapTests : IAsyncLifetime
{
    private const int Many = 1_100; // more pages than are kept

    private RouterHost _router = null!;

    public async ValueTask InitializeAsync()
    {
        _router = await RouterHost.StartAsync();
        _router.Directory.PageSize = 1;
        for (var i = 0; i < Many; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"t{i}");
            _router.Directory.Publish(FeedSource.Tenant(name, FeedSource.Id<CellId>("us-1"), string.Create(CultureInfo.InvariantCulture, $"us-east-1_{i:D9}"), $"{name}.auth.test:8400"));
        }

        await Eventually.HoldsAsync(() => File.Exists(Saved), "the map to be written down");
        await _router.StopRouterAsync();
        await _router.Directory.StopAsync();
    }

    public ValueTask DisposeAsync() => _router.DisposeAsync();

    private string Saved => Path.Combine(_router.DataFolder, "directory.map");

    private string Pages => Path.Combine(_router.DataFolder, "directory.feed");

    [Fact]
    public async Task It_serves_every_tenant_with_the_directory_gone()
    {
        Assert.InRange(new FileInfo(Pages).Length, 0, 200_000); // the pages before are no longer kept
        await _router.StartRouterAsync();
        Assert.Equal("us-1", (await _router.SendAsync("t1000.auth.test:8400", "/login")).Text("cell"));
        Assert.Equal("eu-1", (await _router.SendAsync(RouterHost.AcmeHost, "/login")).Text("cell"));
        Assert.Equal("us-1", (await _router.SendAsync(RouterHost.SharedHost, "/login")).Text("cell"));
        Assert.Equal(HttpStatusCode.OK, (await _router.SendAsync(RouterHost.AuthHost, "/route?slug=nakatomi")).Status);
    }

    [Fact]
    public async Task A_map_that_somebody_wrote_into_is_not_believed_and_is_fetched_again()
    {
        var bytes = await File.ReadAllBytesAsync(Saved);
        bytes[bytes.AsSpan().IndexOf("t1000.auth.test:8400"u8)] = (byte)'x'; // believed, it would take the tenant's host away
        await File.WriteAllBytesAsync(Saved, bytes);
        await _router.Directory.StartAsync();
        await _router.StartRouterAsync();
        Assert.Equal("us-1", (await _router.SendAsync("t1000.auth.test:8400", "/login")).Text("cell"));
    }
}
