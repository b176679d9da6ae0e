using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Work;

/// <summary>The scope's way into the lanes: where the tenant is read, once, for the whole life of the item.</summary>
internal sealed class TenantWorkQueue(TenantScope scope, FairLanes lanes) : ITenantWorkQueue
{
    public async Task<TenantWork> EnqueueAsync(Func<IServiceProvider, CancellationToken, Task> work, CancellationToken cancellation = default)
    {
        var item = new WorkItem(scope.Tenant, work);
        await lanes.AddAsync(item, cancellation);
        return new TenantWork(item.Outcome);
    }
}
