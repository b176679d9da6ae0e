using Tessera.Router.Health;

namespace Tessera.UnitTests.Router.Health;

public sealed class CellHealthTests
{
    private readonly StoodTime _time = new();

    [Fact]
    public void A_cell_that_is_not_there_is_left_out_then_one_request_tries()
    {
        var health = Lost();
        Assert.False(health.Admits(out var wait));
        Assert.Equal(5, wait.TotalSeconds, 3);
        _time.Forward(TimeSpan.FromSeconds(5));
        Assert.True(health.Admits(out _));
        Assert.False(health.Admits(out _));
        Assert.True(health.Answered());
        Assert.True(health.Admits(out _));
        Assert.False(health.Answered());
    }

    [Fact]
    public void Each_try_in_vain_doubles_the_pause_up_to_a_minute()
    {
        var health = Lost();
        var waits = new List<double>();
        for (var i = 0; i < 6; i++)
        {
            Assert.False(health.Admits(out var wait));
            waits.Add(wait.TotalSeconds);
            _time.Forward(wait);
            Assert.True(health.Admits(out _));
            health.Missed();
            health.Missed(); // one that was on its way
        }

        Assert.Equal([5, 10, 20, 40, 60, 60], waits);
    }

    [Fact]
    public void Some_misses_among_more_answers_leave_nobody_out()
    {
        var health = new CellHealth(_time);
        for (var i = 0; i < 50; i++)
        {
            Assert.False(health.Missed());
            health.Answered();
        }

        Assert.True(health.Admits(out _));
    }

    [Fact]
    public void Misses_that_lie_far_apart_do_not_add_up()
    {
        var health = new CellHealth(_time);
        for (var i = 0; i < 20; i++)
        {
            Assert.False(health.Missed());
            _time.Forward(TimeSpan.FromSeconds(4));
        }

        Assert.True(health.Admits(out _));
    }

    [Fact]
    public void What_a_tenant_can_bring_about_only_has_the_cell_probed()
    {
        var health = new CellHealth(_time);
        for (var i = 0; i < 1_000; i++)
        {
            health.Doubt();
        }

        Assert.True(health.Admits(out _));
        Assert.True(health.TakeDoubt());
        Assert.False(health.TakeDoubt());
    }

    [Fact]
    public void A_cell_that_fails_two_probes_and_answers_nothing_between_is_left_out()
    {
        var health = new CellHealth(_time);
        Assert.False(health.FailedProbe());
        health.Answered();
        Assert.False(health.FailedProbe());
        Assert.True(health.FailedProbe());
        Assert.False(health.Admits(out _));
    }

    private CellHealth Lost()
    {
        var health = new CellHealth(_time);
        Assert.Equal([false, false, false, false, true, false], Enumerable.Range(0, 6).Select(_ => health.Missed()));
        return health;
    }
}
