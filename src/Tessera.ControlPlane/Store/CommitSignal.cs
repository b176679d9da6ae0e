namespace Tessera.ControlPlane.Store;

/// <summary>Wakes those who wait for the directory to change. What other processes commit it does not see.</summary>
internal sealed class CommitSignal
{
    private TaskCompletionSource _next = Create();
    private TaskCompletionSource _nextOfMoves = Create();

    /// <summary>Completes at the first commit after this call.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Completes at the first commit after this call that plans, turns or aborts a move.</summary>
    public Task NextOfMoves => Volatile.Read(ref _nextOfMoves).Task;

    public void Raise(AuditEntry committed)
    {
        Raise(ref _next);
        if (committed.IsAboutMoves)
        {
            Raise(ref _nextOfMoves);
        }
    }

    private static void Raise(ref TaskCompletionSource next) => Interlocked.Exchange(ref next, Create()).SetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
