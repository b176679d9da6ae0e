namespace Tessera.UnitTests.ControlPlane;

/// <summary>The system's time, ahead by as much as a test says. Timers run as ever.</summary>
internal sealed class ShiftedTime(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
