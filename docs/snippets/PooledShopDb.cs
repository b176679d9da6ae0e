using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Tessera.Postgres.EntityFramework;

namespace Snippets;

#region pooled-model
public sealed class PooledShopDb(DbContextOptions<PooledShopDb> options) : TenantContext(options)
{
    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Order>().HasTenant().ToTable("orders");
}
#endregion

internal static class PooledShop
{
    public static void Add(IServiceCollection services)
    {
        #region pooled
        services.AddTenantContextPool<PooledShopDb>(options => options.UseNpgsql("Host=127.0.0.1;Database=shop;Username=shop_app;Password=…"));
        #endregion
    }
}
