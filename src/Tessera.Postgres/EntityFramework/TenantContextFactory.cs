using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Tessera.Postgres.Tenants;

namespace Tessera.Postgres.EntityFramework;

/// <summary>Leases contexts of a pool, each for one scope.</summary>
/// <param name="options">With <c>UseTenantRowLevelSecurity()</c>.</param>
/// <param name="poolSize">How many are kept for the next who asks.</param>
public sealed class TenantContextFactory<TContext>(DbContextOptions<TContext> options, int poolSize = TenantContextPool.Size) where TContext : TenantContext
{
    private readonly PooledDbContextFactory<TContext> _pool = new(options, poolSize);

    /// <summary>A context that reaches the rows of the scope's tenant until it is disposed. The tenant may be set later, as with any other.</summary>
    public TContext Create(TenantScope tenants)
    {
        var context = _pool.CreateDbContext();
        context.Enter(tenants);
        return context;
    }
}
