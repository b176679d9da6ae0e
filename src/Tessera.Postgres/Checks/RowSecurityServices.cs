using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Tessera.Postgres.Tenants;

namespace Tessera.Postgres.Checks;

/// <summary>Registers the start-up check.</summary>
public static class RowSecurityServices
{
    /// <summary>
    /// The host does not start unless the role of the registered <see cref="NpgsqlDataSource"/> is bound by row security and every
    /// table with the columns is protected. Register it after whatever migrates: hosted services start in their order.
    /// </summary>
    /// <param name="columns">The columns that name a row's owner; <c>tenant_id</c> where none is given.</param>
    public static IServiceCollection AddRowSecurityCheck(this IServiceCollection services, params string[] columns) =>
        services.AddSingleton<IHostedService>(provider => new CheckAtStart(cancellation =>
            RowSecurityCheck.RunAsync(provider.GetRequiredService<NpgsqlDataSource>(), columns.Length > 0 ? columns : [TenantRows.Column], cancellation)));

    /// <summary>The same for a context's own connection, and for its model: every entity has a tenant or is declared shared, and its table is there.</summary>
    public static IServiceCollection AddRowSecurityCheck<TContext>(this IServiceCollection services) where TContext : DbContext =>
        services.AddSingleton<IHostedService>(provider => new CheckAtStart(async cancellation =>
        {
            await using var scope = provider.CreateAsyncScope();
            await RowSecurityCheck.RunAsync(scope.ServiceProvider.GetRequiredService<TContext>(), cancellation);
        }));

    private sealed class CheckAtStart(Func<CancellationToken, Task> check) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => check(cancellationToken);

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
