namespace Tessera.ControlPlane.Store;

/// <summary>Wakes those who wait for the directory to change. What other processes commit it does not see.</summary>
internal sealed class CommitSignal
{
    private TaskCompletionSource _next = Create();

    /// <summary>Completes at the first commit after this call.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Raise() => Interlocked.Exchange(ref _next, Create()).SetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
