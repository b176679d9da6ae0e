using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tessera.Contracts.Ids;
using Tessera.Postgres.EntityFramework;
using Tessera.Postgres.Tenants;

namespace Tessera.UnitTests.Postgres;

internal sealed class User
{
    public Guid TenantId { get; set; }
    public long Id { get; set; }
    public string Name { get; set; } = "";
    public int Version { get; set; }
    public List<Note> Notes { get; } = [];
}

internal sealed class Note
{
    public Guid TenantId { get; set; }
    public long Id { get; set; }
    public long UserId { get; set; }
    public string Body { get; set; } = "";
}

/// <summary>An application's context, secured by tenant and without a single filter.</summary>
internal sealed class Notebook(DbContextOptions<Notebook> options, TenantScope tenants) : DbContext(options), ITenantSecured
{
    public TenantScope Tenants { get; } = tenants;

    public DbSet<User> Users => Set<User>();

    public DbSet<Note> Notes => Set<Note>();

    public static DbContextOptions<Notebook> Options(NpgsqlDataSource source, bool retries = false, int? batchSize = null)
    {
        var builder = new DbContextOptionsBuilder<Notebook>();
        builder.UseNpgsql(source, npgsql =>
        {
            if (retries)
            {
                npgsql.EnableRetryOnFailure(3);
            }

            if (batchSize is { } size)
            {
                npgsql.MaxBatchSize(size);
            }
        });
        builder.UseTenantRowLevelSecurity();
        return builder.Options;
    }

    public static Notebook Of(DbContextOptions<Notebook> options, TenantId? tenant)
    {
        var scope = new TenantScope();
        if (tenant is { } id)
        {
            scope.Set(id);
        }

        return new Notebook(options, scope);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) => Map(modelBuilder);

    public static void Map(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<User>(user =>
        {
            user.ToTable("users").HasKey(u => new { u.TenantId, u.Id });
            user.Property(u => u.TenantId).HasColumnName("tenant_id");
            user.Property(u => u.Id).HasColumnName("id").ValueGeneratedNever();
            user.Property(u => u.Name).HasColumnName("name");
            user.Property(u => u.Version).HasColumnName("version").IsConcurrencyToken();
            user.HasMany(u => u.Notes).WithOne().HasForeignKey(n => new { n.TenantId, n.UserId });
        });
        modelBuilder.Entity<Note>(note =>
        {
            note.ToTable("notes").HasKey(n => new { n.TenantId, n.Id });
            note.Property(n => n.TenantId).HasColumnName("tenant_id");
            note.Property(n => n.Id).HasColumnName("id").ValueGeneratedOnAdd();
            note.Property(n => n.UserId).HasColumnName("user_id");
            note.Property(n => n.Body).HasColumnName("body");
        });
    }
}
