using Tessera.ControlPlane.Store;

namespace Tessera.UnitTests.ControlPlane;

public sealed class CommitSignalTests
{
    [Theory]
    [InlineData("move.plan", true)]
    [InlineData("move.abort", true)]
    [InlineData("tenant.claim", false)]
    public void The_mover_is_woken_by_changes_of_moves_alone_and_the_feed_by_all(string action, bool wakesTheMover)
    {
        var signal = new CommitSignal();
        var (feed, mover) = (signal.Next, signal.NextOfMoves);
        signal.Raise(new AuditEntry(AuditEntry.System, action, "a subject"));
        Assert.True(feed.IsCompleted);
        Assert.Equal(wakesTheMover, mover.IsCompleted);
        Assert.False(signal.Next.IsCompleted || signal.NextOfMoves.IsCompleted);
    }
}
