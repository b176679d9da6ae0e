namespace Tessera.UnitTests;

/// <summary>The real clock, and a test's way to set it forward.</summary>
public sealed class MovableTime : TimeProvider
{
    private TimeSpan _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

    public void Forward(TimeSpan by) => _ahead += by;
}
