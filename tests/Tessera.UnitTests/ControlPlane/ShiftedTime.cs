namespace Tessera.UnitTests.ControlPlane;

/// <summary>The system's time, ahead by as much as a test says; its timers run faster by a factor, 1 unless set.</summary>
internal sealed class ShiftedTime(TimeSpan ahead, double hurry = 1) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Hurried(dueTime), Hurried(period));

    private TimeSpan Hurried(TimeSpan span) => span > TimeSpan.Zero ? span / hurry : span;
}
