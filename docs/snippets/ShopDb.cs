using Microsoft.EntityFrameworkCore;
using Tessera.Postgres.EntityFramework;
using Tessera.Postgres.Tenants;

namespace Snippets;

#region model
public sealed class Order
{
    public long Id { get; set; }
    public string Item { get; set; } = "";
}

public sealed class ShopDb(DbContextOptions<ShopDb> options, TenantScope tenants) : DbContext(options), ITenantSecured
{
    public TenantScope Tenants { get; } = tenants;

    public DbSet<Order> Orders => Set<Order>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Order>().HasTenant().ToTable("orders");
}
#endregion
