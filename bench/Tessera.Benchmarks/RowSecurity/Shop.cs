using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Tessera.Postgres.EntityFramework;

namespace Tessera.Benchmarks.RowSecurity;

internal sealed class Item
{
    public Guid TenantId { get; set; }
    public long Id { get; set; }
    public string Name { get; set; } = "";
    public int Version { get; set; }
}

/// <summary>The same rows twice: in a table without row security, for whoever asks by tenant, and in one with it.</summary>
internal sealed class PlainShop(DbContextOptions<PlainShop> options) : DbContext(options)
{
    public static readonly Func<PlainShop, Guid, long, Task<Item?>> ById =
        EF.CompileAsyncQuery((PlainShop shop, Guid tenant, long id) => shop.Set<Item>().AsNoTracking().FirstOrDefault(item => item.TenantId == tenant && item.Id == id));

    protected override void OnModelCreating(ModelBuilder modelBuilder) => ShopModel.Map(modelBuilder, "plain");
}

internal sealed class SecuredShop(DbContextOptions<SecuredShop> options) : TenantContext(options)
{
    public static readonly Func<SecuredShop, long, Task<Item?>> ById =
        EF.CompileAsyncQuery((SecuredShop shop, long id) => shop.Set<Item>().AsNoTracking().FirstOrDefault(item => item.Id == id));

    protected override void OnModelCreating(ModelBuilder modelBuilder) => ShopModel.Map(modelBuilder, "secured");
}

internal static class ShopModel
{
    /// <summary>Both are pooled, as an application that counts microseconds has them.</summary>
    public static PooledDbContextFactory<PlainShop> Plain(Npgsql.NpgsqlDataSource source) => new(new DbContextOptionsBuilder<PlainShop>().UseNpgsql(source).Options);

    public static TenantContextFactory<SecuredShop> Secured(Npgsql.NpgsqlDataSource source)
    {
        var builder = new DbContextOptionsBuilder<SecuredShop>();
        builder.UseNpgsql(source).UseTenantRowLevelSecurity();
        return new TenantContextFactory<SecuredShop>(builder.Options);
    }

    public static void Map(ModelBuilder model, string table) => model.Entity<Item>(item =>
    {
        item.ToTable(table).HasKey(i => new { i.TenantId, i.Id });
        item.Property(i => i.TenantId).HasColumnName("tenant_id");
        item.Property(i => i.Id).HasColumnName("id").ValueGeneratedNever();
        item.Property(i => i.Name).HasColumnName("name");
        item.Property(i => i.Version).HasColumnName("version").IsConcurrencyToken();
    });
}
