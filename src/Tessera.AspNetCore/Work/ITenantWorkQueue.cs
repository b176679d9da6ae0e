namespace Tessera.AspNetCore.Work;

/// <summary>
/// Work for later, of the scope's tenant: a scoped service. The tenant is taken from the scope when the item is brought and
/// travels with it; nothing else of the request does. Items are kept in memory alone and die with the process; what must
/// not be lost belongs to a broker, in a <see cref="TenantEnvelope{T}"/>.
/// </summary>
public interface ITenantWorkQueue
{
    /// <summary>
    /// Brings an item, and waits for room while the tenant or the process has too many. The work gets the services of a
    /// scope of its own, whose tenant is set; it must not hold on to services of the caller's.
    /// </summary>
    /// <exception cref="Postgres.Tenants.TenantNotSetException">The scope has no tenant.</exception>
    /// <exception cref="TenantWorkStoppedException">The process is stopping; nothing was taken on.</exception>
    Task<TenantWork> EnqueueAsync(Func<IServiceProvider, CancellationToken, Task> work, CancellationToken cancellation = default);
}

/// <summary>An item that was taken on.</summary>
/// <param name="Outcome">Ends, without failing, when the item has; need not be awaited.</param>
public sealed record TenantWork(Task<TenantWorkOutcome> Outcome);

/// <summary>The process is stopping and takes on no work.</summary>
public sealed class TenantWorkStoppedException() : InvalidOperationException("The process is stopping and takes on no more work.");
