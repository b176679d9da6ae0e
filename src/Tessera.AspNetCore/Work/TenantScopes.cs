using Microsoft.Extensions.DependencyInjection;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.Feed;
using Tessera.Postgres.Tenants;

namespace Tessera.AspNetCore.Work;

/// <summary>Scopes of one tenant for work that no request carries: a schedule, a message. A singleton.</summary>
public sealed class TenantScopes
{
    private readonly IServiceScopeFactory _scopes;
    private readonly DirectoryMap _directory;

    internal TenantScopes(IServiceScopeFactory scopes, DirectoryMap directory) => (_scopes, _directory) = (scopes, directory);

    /// <summary>
    /// A scope whose <see cref="TenantScope"/> is set. Does not ask whether the tenant is active: for what must run while it
    /// is suspended, such as an export. The caller answers for where it has the id from.
    /// </summary>
    public AsyncServiceScope CreateScope(TenantId tenant)
    {
        var scope = _scopes.CreateAsyncScope();
        try
        {
            scope.ServiceProvider.GetRequiredService<TenantScope>().Set(tenant);
            return scope;
        }
        catch
        {
            scope.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a scope of the tenant if the directory says now that it is active. What the work
    /// throws is the caller's.
    /// </summary>
    /// <returns><see cref="TenantWorkOutcome.Done"/>, or why it did not run.</returns>
    public async Task<TenantWorkOutcome> RunAsync(TenantId tenant, Func<IServiceProvider, CancellationToken, Task> work, CancellationToken cancellation = default)
    {
        if (Refusal(_directory, tenant) is { } refused)
        {
            return refused;
        }

        await using var scope = CreateScope(tenant);
        await work(scope.ServiceProvider, cancellation);
        return new TenantWorkOutcome.Done();
    }

    private static TenantWorkOutcome? Refusal(DirectoryMap directory, TenantId tenant) =>
        !directory.TryGet(tenant, out var entry) ? new TenantWorkOutcome.TenantUnknown()
        : entry.State != TenantState.Active ? new TenantWorkOutcome.TenantNotActive()
        : null;
}
