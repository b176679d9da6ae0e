using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Postgres.Tenants;

namespace Tessera.Postgres.EntityFramework;

/// <summary>EF Core's context pool, for tenants: making a context costs more than reading a row with it.</summary>
public static class TenantContextPool
{
    internal const int Size = 1024;

    /// <summary>
    /// In place of <c>AddDbContext</c>: one context a scope, from a pool, with the scope's tenant. Row-level security is switched on; give
    /// <c>UseNpgsql(…)</c>. <see cref="TenantContextFactory{TContext}"/> makes more than one.
    /// </summary>
    /// <param name="poolSize">How many contexts are kept for the next scope; 1,024 unless given.</param>
    public static IServiceCollection AddTenantContextPool<TContext>(
        this IServiceCollection services, Action<DbContextOptionsBuilder> configure, int poolSize = Size) where TContext : TenantContext
    {
        services.AddTenantScope();
        services.AddSingleton(provider =>
        {
            var builder = new DbContextOptionsBuilder<TContext>().UseApplicationServiceProvider(provider);
            configure(builder);
            builder.UseTenantRowLevelSecurity();
            return new TenantContextFactory<TContext>((DbContextOptions<TContext>)builder.Options, poolSize);
        });
        services.AddScoped(provider => provider.GetRequiredService<TenantContextFactory<TContext>>().Create(provider.GetRequiredService<TenantScope>()));
        return services;
    }
}
