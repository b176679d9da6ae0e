using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Feed;

namespace Tessera.UnitTests.Feed;

/// <summary>How old what a consumer knows may be: told by the directory's signed time, never by when something arrived.</summary>
public sealed class FreshnessTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private readonly DirectoryMap _map = new(new FixedClock(Start));
    private readonly FeedSource _source = new();
    private readonly TemporaryFolder _data = new();

    public async ValueTask InitializeAsync()
    {
        await _source.StartAsync();
        _source.Publish(new CellEntry(FeedSource.Id<CellId>("eu-1"), "eu-central-1", "http://127.0.0.1:8421"));
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public void Nothing_was_heard_before_a_page_said_when()
    {
        Hear(0);
        Assert.Null(_map.HeardAt);
    }

    [Fact]
    public void A_page_without_news_makes_fresh()
    {
        Hear(-20);
        Hear(-10);
        Assert.Equal(Start.AddSeconds(-10), _map.HeardAt);
    }

    [Fact]
    public void A_page_from_before_makes_nothing_older_or_fresher()
    {
        Hear(-10);
        Hear(-3600);
        Assert.Equal(Start.AddSeconds(-10), _map.HeardAt);
    }

    [Fact]
    public void A_page_from_the_future_is_not_fresh()
    {
        Hear(-10);
        Hear(301);
        Assert.Equal(Start.AddSeconds(-10), _map.HeardAt);
        Hear(300);
        Assert.Equal(Start.AddSeconds(300), _map.HeardAt);
    }

    [Fact]
    public void The_first_part_of_the_news_is_not_all_of_it()
    {
        _map.Apply(new FeedPage(0, 1, HasMore: true, [], [], [], [], [], Start.ToUnixTimeSeconds()));
        Assert.Null(_map.HeardAt);
    }

    [Fact]
    public async Task A_start_without_the_control_plane_knows_how_old_its_copy_is()
    {
        var told = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 7200);
        _source.Clock = new FixedClock(told.AddHours(-1));
        await using (var first = await Follower.StartAsync(_source, _data.Path))
        {
            await first.ReachesAsync(1);
        }

        // Nothing changes any more, but that is told.
        _source.Clock = new FixedClock(told);
        await using (var second = await Follower.StartAsync(_source, _data.Path))
        {
            await Eventually.HoldsAsync(() => second.Map.HeardAt == told, "an empty page");
        }

        await _source.StopAsync();
        await using (var alone = await Follower.StartAsync(_source, _data.Path))
        {
            Assert.Equal(told, alone.Map.HeardAt);
        }

        // News takes the place of the page that said there was none.
        await _source.StartAsync();
        _source.Publish(new CellEntry(FeedSource.Id<CellId>("us-1"), "us-east-1", "http://127.0.0.1:8422"));
        await using (var third = await Follower.StartAsync(_source, _data.Path))
        {
            await third.ReachesAsync(2);
        }

        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(_data.Path, "directory.feed"), TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task While_nothing_changes_freshness_moves_every_few_seconds_and_the_disk_is_left_alone()
    {
        await using var follower = await Follower.StartAsync(_source, _data.Path);
        await follower.ReachesAsync(1);
        var (heard, written) = (follower.Map.HeardAt, new List<DateTime>());
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromSeconds(40) && written.Count < 2)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
            if (follower.Map.HeardAt > heard)
            {
                heard = follower.Map.HeardAt;
                written.Add(File.GetLastWriteTimeUtc(Path.Combine(_data.Path, "directory.feed")));
            }
        }

        Assert.Equal(2, written.Count);
        Assert.Equal(written[0], written[1]);
    }

    [Fact]
    public async Task A_connection_that_leads_nowhere_is_noticed_within_fifteen_seconds()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var client = new FeedClient(new FeedOptions
        {
            ControlPlane = new Uri($"http://{silent.LocalEndpoint}"), FeedKey = _source.Key, DirectoryKey = _source.Signer.Public, Data = _data.Path,
        });
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAsync<TaskCanceledException>(() => client.FetchAsync(0, FeedClient.LongPoll, TestContext.Current.CancellationToken));
        Assert.InRange(FeedClient.Patience, FeedClient.LongPoll, TimeSpan.FromSeconds(15));
        Assert.InRange(watch.Elapsed, FeedClient.LongPoll, FeedClient.Patience * 2);
    }

    private void Hear(int seconds) => _map.Apply(new FeedPage(0, 0, false, [], [], [], [], [], seconds == 0 ? 0 : Start.ToUnixTimeSeconds() + seconds));

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
