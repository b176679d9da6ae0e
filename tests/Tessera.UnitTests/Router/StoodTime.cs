namespace Tessera.UnitTests.Router;

/// <summary>A clock that stands until a test sets it forward.</summary>
internal sealed class StoodTime : TimeProvider
{
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.Ticks;

    public void Forward(TimeSpan by) => _now += by;
}
