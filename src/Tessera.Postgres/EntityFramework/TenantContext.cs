using Microsoft.EntityFrameworkCore;
using Tessera.Postgres.Tenants;

namespace Tessera.Postgres.EntityFramework;

/// <summary>
/// A <see cref="ITenantSecured"/> context that can be pooled (<see cref="TenantContextPool"/>): its tenant comes with each lease and
/// goes with it. As any pooled context it must not be kept beyond its scope; given back, it reaches nobody's rows.
/// </summary>
public abstract class TenantContext(DbContextOptions options) : DbContext(options), ITenantSecured
{
    private TenantScope? _tenants;

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The context was not leased, or was given back.</exception>
    public TenantScope Tenants => _tenants
        ?? throw new InvalidOperationException($"{GetType().Name} has no scope: take it from {nameof(TenantContextPool.AddTenantContextPool)} or {nameof(TenantContextFactory<>)}, and use it until it is disposed.");

    /// <inheritdoc />
    public override void Dispose()
    {
        Leave();
        base.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        Leave();
        GC.SuppressFinalize(this);
        return base.DisposeAsync();
    }

    internal void Enter(TenantScope tenants) => _tenants = tenants;

    // Before it is given back: from then on another may have it.
    private void Leave() => _tenants = null;
}
