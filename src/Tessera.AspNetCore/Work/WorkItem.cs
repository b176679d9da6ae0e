using Tessera.Contracts.Ids;

namespace Tessera.AspNetCore.Work;

/// <summary>Work and the tenant it is for, inseparable from the moment it is brought.</summary>
internal sealed class WorkItem(TenantId tenant, Func<IServiceProvider, CancellationToken, Task> work)
{
    private readonly TaskCompletionSource<TenantWorkOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TenantId Tenant => tenant;

    public Func<IServiceProvider, CancellationToken, Task> Work => work;

    public Task<TenantWorkOutcome> Outcome => _outcome.Task;

    public void End(TenantWorkOutcome outcome) => _outcome.TrySetResult(outcome);
}
