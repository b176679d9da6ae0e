using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Tessera.Postgres.Tenants;

/// <summary>Registers what carries the tenant.</summary>
public static class TenantServices
{
    /// <summary>Adds <see cref="TenantScope"/> and <see cref="TenantDatabase"/>, one of each per scope. The latter needs an <see cref="NpgsqlDataSource"/>.</summary>
    public static IServiceCollection AddTenantScope(this IServiceCollection services)
    {
        services.TryAddScoped<TenantScope>();
        services.TryAddScoped<TenantDatabase>();
        return services;
    }
}
