using System.Net;
using Tessera.Router.Limits;

namespace Tessera.UnitTests.Router.Limits;

public sealed class RateBucketsTests
{
    private readonly StoodTime _time = new();

    [Fact]
    public void A_burst_is_twice_the_rate_and_then_it_is_the_rate()
    {
        var buckets = new RateBuckets(10, _time);
        Assert.Equal(20, Taken(buckets, 1, 50));
        Assert.False(buckets.TryTake(1, out var wait));
        Assert.Equal(0.1, wait.TotalSeconds, 3);
        _time.Forward(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Taken(buckets, 1, 50));
        _time.Forward(TimeSpan.FromHours(1));
        Assert.Equal(20, Taken(buckets, 1, 50));
    }

    [Fact]
    public void Who_uses_up_a_rate_uses_up_nobody_elses()
    {
        var buckets = new RateBuckets(10, _time);
        Assert.Equal(20, Taken(buckets, 1, 400));
        Assert.All(Enumerable.Range(2, 5_000), caller => Assert.Equal(1, Taken(buckets, (UInt128)caller, 1)));
        Assert.Equal(0, Taken(buckets, 1, 1));
    }

    [Fact]
    public void A_flood_of_callers_needs_no_more_memory_and_stops_none_of_them()
    {
        var buckets = new RateBuckets(10, _time);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var caller = 1; caller <= 500_000; caller++)
        {
            if (!buckets.TryTake((UInt128)caller, out _))
            {
                Assert.Fail("A caller was refused its first request.");
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("0.0.0.1", "::1", false)]
    public void A_source_is_an_address_or_what_one_subscriber_has(string one, string other, bool same) =>
        Assert.Equal(same, Source.Of(IPAddress.Parse(one)) == Source.Of(IPAddress.Parse(other)));

    private static int Taken(RateBuckets buckets, UInt128 caller, int times) =>
        Enumerable.Range(0, times).Count(each => buckets.TryTake(caller, out var wait));
}
