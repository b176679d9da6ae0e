using System.Globalization;
using System.Text;
using Tessera.Contracts.Feed;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Keys;
using Tessera.Contracts.Routing;

namespace Tessera.UnitTests.Feed;

public sealed class FeedFollowerTests : IAsyncLifetime
{
    private static readonly CellId Eu = FeedSource.Id<CellId>("eu-1");
    private readonly FeedSource _source = new();
    private readonly TemporaryFolder _data = new();

    public async ValueTask InitializeAsync()
    {
        await _source.StartAsync();
        _source.Publish(new CellEntry(Eu, "eu-central-1", "http://127.0.0.1:8421"));
        _source.Publish(Tenant(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task A_change_reaches_the_map_and_the_disk()
    {
        await using (var follower = await Follower.StartAsync(_source, _data.Path))
        {
            await follower.FirstPage;
            Assert.Equal(2, follower.Map.Revision);

            _source.Publish(Tenant(2));
            await follower.ReachesAsync(3);
            Assert.True(follower.Map.TryGet(FeedSource.Id<Slug>("t2"), out _));
        }

        Assert.Equal(2, Lines().Length);
    }

    [Fact]
    public async Task Pages_are_fetched_until_there_are_no_more()
    {
        _source.PageSize = 1;
        await using var follower = await Follower.StartAsync(_source, _data.Path);
        await follower.FirstPage;
        Assert.Equal(2, follower.Map.Revision);
    }

    [Fact]
    public async Task An_empty_directory_is_a_first_page_too()
    {
        await using var empty = new FeedSource();
        await empty.StartAsync();
        await using var follower = await Follower.StartAsync(empty, _data.Path);
        await follower.FirstPage.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_restart_without_the_control_plane_answers_from_disk()
    {
        await FollowOnceAsync();
        await _source.StopAsync();

        await using var follower = await Follower.StartAsync(_source, _data.Path);

        Assert.True(follower.FirstPage.IsCompletedSuccessfully);
        Assert.True(follower.Map.TryGetByHost("t1.localhost:8400", out _));
    }

    [Fact]
    public async Task The_feed_is_followed_again_when_the_control_plane_is_back()
    {
        await using var follower = await Follower.StartAsync(_source, _data.Path);
        await follower.FirstPage;
        await _source.StopAsync();
        _source.Publish(Tenant(2));
        await _source.StartAsync();
        await follower.ReachesAsync(3);
    }

    [Fact]
    public async Task A_page_signed_by_another_key_changes_nothing()
    {
        using var stranger = IdentityKey.Create();
        await using var follower = await Follower.StartAsync(_source, _data.Path);
        await follower.FirstPage;

        await RefusesAsync(follower, after => FeedSource.Sign(new FeedPage(after, after + 5, false, [], [], [Tenant(9)], [], []), stranger));
    }

    [Fact]
    public async Task A_page_of_another_type_changes_nothing()
    {
        await using var follower = await Follower.StartAsync(_source, _data.Path);
        await follower.FirstPage;
        await RefusesAsync(follower, _ => CompactJws.Sign(_source.Signer, "at+jwt", "{}"u8));
    }

    [Theory]
    [InlineData("starts over")]
    [InlineData("leaves one out")]
    [InlineData("goes back")]
    public async Task A_page_that_does_not_continue_changes_nothing(string how)
    {
        await using var follower = await Follower.StartAsync(_source, _data.Path);
        await follower.FirstPage;
        await RefusesAsync(follower, after =>
        {
            var (from, to) = how switch { "starts over" => (0, after + 9), "leaves one out" => (after + 1, after + 9), _ => (after, after - 1) };
            return _source.Sign(new FeedPage(from, to, false, [], [], [Tenant(9)], [], []));
        });
    }

    [Fact]
    public async Task A_page_larger_than_the_bound_changes_nothing()
    {
        await using var follower = await Follower.StartAsync(_source, _data.Path);
        await follower.FirstPage;
        var large = new string('a', 17 * 1024 * 1024);
        await RefusesAsync(follower, _ => large);
    }

    [Fact]
    public async Task A_line_changed_on_disk_is_refused_and_fetched_again()
    {
        await FollowOnceAsync();
        _source.Publish(Tenant(2));
        await FollowOnceAsync();
        var path = Path.Combine(_data.Path, "directory.feed");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[^100] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        await _source.StopAsync();
        await using (var alone = await Follower.StartAsync(_source, _data.Path))
        {
            Assert.Equal(2, alone.Map.Revision);
        }

        Assert.Single(Lines());
        await _source.StartAsync();
        await FollowOnceAsync();
    }

    [Fact]
    public async Task A_line_cut_short_by_a_crash_is_dropped()
    {
        await FollowOnceAsync();
        await File.AppendAllTextAsync(Path.Combine(_data.Path, "directory.feed"), "eyJhbGciOiJ", TestContext.Current.CancellationToken);
        _source.Publish(Tenant(2));

        await FollowOnceAsync();

        Assert.Equal(2, Lines().Length);
        Assert.All(Lines(), line => Assert.Equal(3, line.Split('.').Length));
    }

    [Fact]
    public async Task A_long_copy_is_made_anew_without_losing_or_repeating_a_revision()
    {
        var lines = new StringBuilder();
        for (var i = 1; i <= 1_001; i++)
        {
            _source.Publish(Tenant(2));
        }

        _source.PageSize = 1;
        for (var revision = 0L; revision < _source.Revision; revision++)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{_source.Sign(_source.PageAfter(revision))}\n");
        }

        await File.WriteAllTextAsync(Path.Combine(_data.Path, "directory.feed"), lines.ToString(), TestContext.Current.CancellationToken);
        _source.PageSize = 500;

        await using (var follower = await Follower.StartAsync(_source, _data.Path))
        {
            await Eventually.HoldsAsync(() => _source.Asked.Contains(0), "the copy to be made anew");
            _source.Publish(Tenant(3));
            await follower.ReachesAsync(1_004);
        }

        Assert.InRange(Lines().Length, 3, 4);

        await _source.StopAsync();
        await using var again = await Follower.StartAsync(_source, _data.Path);
        Assert.Equal(1_004, again.Map.Revision);
        Assert.True(again.Map.TryGet(FeedSource.Id<Slug>("t3"), out _));
    }

    [Fact]
    public async Task The_copy_is_for_its_owner_alone()
    {
        await FollowOnceAsync();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_data.Path, "directory.feed")));
        }
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_stops_the_start_with_its_name()
    {
        var file = Path.Combine(_data.Path, "a-file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<IOException>(() => Follower.StartAsync(_source, file));
        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
    }

    private static TenantEntry Tenant(int number) =>
        FeedSource.Tenant($"t{number}", Eu, $"eu-central-1_AAAAAAAA{number}", $"t{number}.localhost:8400", TenantState.Active);

    private string[] Lines() => File.ReadAllLines(Path.Combine(_data.Path, "directory.feed"));

    private async Task FollowOnceAsync()
    {
        await using var follower = await Follower.StartAsync(_source, _data.Path);
        await follower.ReachesAsync(_source.Revision);
    }

    private async Task RefusesAsync(Follower follower, Func<long, string?> forge)
    {
        var revision = follower.Map.Revision;
        var forged = 0;
        _source.Forge = after =>
        {
            Interlocked.Increment(ref forged);
            return forge(after);
        };
        _source.Publish(Tenant(8)); // ends the long poll; the next answers are forged
        await Eventually.HoldsAsync(() => forged >= 3, "three forged answers");
        Assert.InRange(follower.Map.Revision, revision, revision + 1);
        Assert.False(follower.Map.TryGet(FeedSource.Id<Slug>("t9"), out _));

        _source.Forge = null;
        _source.Publish(Tenant(7));
        await Eventually.HoldsAsync(() => follower.Map.TryGet(FeedSource.Id<Slug>("t7"), out _), "the true feed");
    }
}
