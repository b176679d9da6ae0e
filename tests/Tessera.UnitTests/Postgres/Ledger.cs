using Microsoft.EntityFrameworkCore;
using Npgsql;
using Tessera.Contracts.Ids;
using Tessera.Postgres.EntityFramework;
using Tessera.Postgres.Rows;

namespace Tessera.UnitTests.Postgres;

internal sealed class Reading
{
    public string RealmId { get; set; } = "";
    public long Id { get; set; }
    public int Value { get; set; }
}

/// <summary>A context secured by realm, whose writes enter through the fence.</summary>
internal sealed class Ledger(DbContextOptions<Ledger> options) : DbContext(options), IRowSecured
{
    public RowScope? RowScope { get; set; }

    public DbSet<Reading> Readings => Set<Reading>();

    public static Ledger Open(NpgsqlDataSource source)
    {
        var builder = new DbContextOptionsBuilder<Ledger>();
        builder.UseNpgsql(source).UseRowLevelSecurity();
        return new Ledger(builder.Options);
    }

    public static Ledger Open(NpgsqlDataSource source, RealmId realm, long epoch)
    {
        var ledger = Open(source);
        ledger.RowScope = new RowScope("app.current_realm_id", realm.Value, new WriteEntry("tessera_enter_write", realm.Value, epoch));
        return ledger;
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Reading>(reading =>
    {
        reading.ToTable("readings").HasKey(r => new { r.RealmId, r.Id });
        reading.Property(r => r.RealmId).HasColumnName("realm_id");
        reading.Property(r => r.Id).HasColumnName("id").ValueGeneratedOnAdd();
        reading.Property(r => r.Value).HasColumnName("value");
    });
}
