using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Tessera.Postgres.Checks;

namespace Tessera.Postgres.Tenants;

/// <summary>Registers what carries the tenant.</summary>
public static class TenantServices
{
    private const int StatementsPrepared = 100;

    /// <summary>Adds <see cref="TenantScope"/> and <see cref="TenantDatabase"/>, one of each per scope. The latter needs an <see cref="NpgsqlDataSource"/>.</summary>
    public static IServiceCollection AddTenantScope(this IServiceCollection services)
    {
        services.TryAddScoped<TenantScope>();
        // By a factory: an application that has no database of its own need not register one to start.
        services.TryAddScoped(provider => new TenantDatabase(provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<TenantScope>()));
        return services;
    }

    /// <summary>
    /// All of it in one line: the <see cref="NpgsqlDataSource"/>, <see cref="TenantDatabase"/>, and the check that keeps the host
    /// from starting over a database that does not keep tenants apart. Statements are prepared at their second use unless the
    /// connection string says otherwise.
    /// </summary>
    /// <param name="connection">Of the role that serves requests: neither superuser nor owner.</param>
    public static IServiceCollection AddTenantDatabase(this IServiceCollection services, string connection)
    {
        services.TryAddSingleton(_ => NpgsqlDataSource.Create(Prepared(connection)));
        return services.AddTenantScope().AddRowSecurityCheck();
    }

    private static NpgsqlConnectionStringBuilder Prepared(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        if (!settings.ContainsKey("Max Auto Prepare"))
        {
            (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (StatementsPrepared, 2);
        }

        return settings;
    }
}
