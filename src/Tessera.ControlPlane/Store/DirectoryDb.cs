using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Tessera.Contracts.Ids;
using Tessera.Contracts.Routing;
using Tessera.ControlPlane.Cells;
using Tessera.ControlPlane.Drains;
using Tessera.ControlPlane.Duties;
using Tessera.ControlPlane.Moves;
using Tessera.ControlPlane.Policies;
using Tessera.ControlPlane.Promotions;
using Tessera.ControlPlane.Revocations;
using Tessera.ControlPlane.SharedRealms;

namespace Tessera.ControlPlane.Store;

/// <summary>The directory's tables, one model for SQLite and PostgreSQL. Opened by <see cref="DirectoryStore"/> alone.</summary>
internal sealed class DirectoryDb(DbContextOptions<DirectoryDb> options, DirectoryScope scope) : DbContext(options)
{
    private bool SeesAll => scope.SeesAll;

    private TenantId Scoped => scope.Tenant;

    private TenantId? ScopedOrNone => scope.Tenant;

    /// <summary>Set within a change; a context that only reads cannot save.</summary>
    internal bool Changing { get; init; }

    public DbSet<TenantRow> Tenants => Set<TenantRow>();
    public DbSet<ClientRow> Clients => Set<ClientRow>();
    public DbSet<NameRow> Names => Set<NameRow>();
    public DbSet<DutyRow> Duties => Set<DutyRow>();
    public DbSet<SharedRealmRow> SharedRealms => Set<SharedRealmRow>();
    public DbSet<PromotionRow> Promotions => Set<PromotionRow>();
    public DbSet<DrainRow> Drains => Set<DrainRow>();
    public DbSet<PolicyRow> Policies => Set<PolicyRow>();
    public DbSet<MoveRow> Moves => Set<MoveRow>();
    public DbSet<RevocationRow> Revocations => Set<RevocationRow>();
    public DbSet<CellRow> Cells => Set<CellRow>();
    public DbSet<OnboardingDayRow> OnboardingDays => Set<OnboardingDayRow>();
    public DbSet<PoolRow> Pools => Set<PoolRow>();
    public DbSet<AdminKeyRow> AdminKeys => Set<AdminKeyRow>();
    public DbSet<AuditRow> Audit => Set<AuditRow>();
    public DbSet<RevisionRow> Revisions => Set<RevisionRow>();
    public DbSet<SchemaInfoRow> SchemaInfo => Set<SchemaInfoRow>();

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default) =>
        Changing
            ? base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken)
            : throw new InvalidOperationException("The directory is changed through DirectoryStore.ChangeAsync alone.");

    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("The directory is written asynchronously.");

    protected override void ConfigureConventions(ModelConfigurationBuilder configuration)
    {
        configuration.Properties<TenantId>().HaveConversion<TenantIdText>();
        configuration.Properties<MoveId>().HaveConversion<MoveIdText>();
        configuration.Properties<PoolId>().HaveConversion<PoolIdText>();
        configuration.Properties<CellId>().HaveConversion<IdText<CellId>>().HaveMaxLength(32);
        configuration.Properties<RealmId>().HaveConversion<IdText<RealmId>>().HaveMaxLength(55);
        configuration.Properties<ClientId>().HaveConversion<IdText<ClientId>>().HaveMaxLength(128);
        configuration.Properties<Slug>().HaveConversion<IdText<Slug>>().HaveMaxLength(40);
        configuration.Properties<TenantState>().HaveConversion<string>().HaveMaxLength(16);
        configuration.Properties<Pattern>().HaveConversion<string>().HaveMaxLength(16);
        configuration.Properties<Backend>().HaveConversion<string>().HaveMaxLength(16);
        configuration.Properties<MoveState>().HaveConversion<string>().HaveMaxLength(16);
        configuration.Properties<NameKind>().HaveConversion<string>().HaveMaxLength(16);
        configuration.Properties<CellState>().HaveConversion<string>().HaveMaxLength(16);
        configuration.Properties<DutyKind>().HaveConversion<string>().HaveMaxLength(32);
        if (Database.IsSqlite())
        {
            // SQLite knows no time with an offset; ticks compare as the times do.
            configuration.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();
        }
    }

    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<TenantRow>(tenant =>
        {
            tenant.ToTable("tenants").HasKey(row => row.TenantId);
            tenant.HasIndex(row => row.Revision);
            tenant.HasIndex(row => row.Born);
            tenant.HasIndex(row => new { row.CellId, row.State });
            tenant.HasIndex(row => new { row.State, row.Born });
            tenant.HasIndex(row => row.Slug);
            tenant.HasIndex(row => row.SharedRealmId);
            tenant.Property(row => row.ImportKey).HasMaxLength(64);
            tenant.Property(row => row.Residency).HasMaxLength(32);
            tenant.Property(row => row.Tier).HasMaxLength(32);
            tenant.HasQueryFilter(row => SeesAll || row.TenantId == Scoped);
        });
        model.Entity<ClientRow>(client =>
        {
            client.ToTable("clients").HasKey(row => row.ClientId);
            client.HasIndex(row => new { row.TenantId, row.Born });
            client.HasIndex(row => new { row.RealmId, row.Born });
            client.HasQueryFilter(row => SeesAll || row.TenantId == ScopedOrNone
                || (row.TenantId == null && Tenants.Any(tenant => tenant.SharedRealmId == row.RealmId)));
        });
        model.Entity<NameRow>(name =>
        {
            name.ToTable("names").HasKey(row => new { row.Kind, row.Name });
            name.HasIndex(row => row.TenantId);
            name.HasQueryFilter(row => SeesAll || row.TenantId == ScopedOrNone);
        });
        model.Entity<DutyRow>(duty =>
        {
            duty.ToTable("duties").HasKey(row => row.DutyId);
            duty.Property(row => row.DutyId).ValueGeneratedNever();
            duty.HasIndex(row => row.DueAt);
            duty.HasQueryFilter(row => SeesAll || row.TenantId == ScopedOrNone);
        });
        model.Entity<SharedRealmRow>(shared =>
        {
            shared.ToTable("shared_realms").HasKey(row => row.RealmId);
            shared.HasIndex(row => row.Revision);
            shared.HasIndex(row => row.PoolId).IsUnique();
            shared.HasQueryFilter(row => SeesAll || Tenants.Any(tenant => tenant.SharedRealmId == row.RealmId));
        });
        model.Entity<PromotionRow>(promotion =>
        {
            promotion.ToTable("promotions").HasKey(row => row.TenantId);
            promotion.HasQueryFilter(row => SeesAll || row.TenantId == Scoped);
        });
        model.Entity<PolicyRow>(policy =>
        {
            policy.ToTable("policies").HasKey(row => row.Id);
            policy.Property(row => row.Id).ValueGeneratedNever();
        });
        model.Entity<DrainRow>(drain => drain.ToTable("drains").HasKey(row => row.CellId));
        model.Entity<MoveRow>(move =>
        {
            move.ToTable("moves").HasKey(row => row.MoveId);
            move.HasIndex(row => new { row.TenantId, row.Born });
            move.HasIndex(row => row.State);
            move.HasIndex(row => new { row.ToCell, row.State });
            move.HasIndex(row => new { row.FromCell, row.State });
            move.HasQueryFilter(row => SeesAll || row.TenantId == Scoped);
        });
        model.Entity<RevocationRow>(revocation =>
        {
            revocation.ToTable("revocations").HasKey(row => new { row.TenantId, row.Subject, row.Session, row.Grant });
            revocation.HasIndex(row => row.Revision);
            revocation.HasIndex(row => row.ForgetAfter);
            revocation.Property(row => row.Subject).HasMaxLength(128);
            revocation.Property(row => row.Session).HasMaxLength(64);
            revocation.Property(row => row.Grant).HasMaxLength(64);
            revocation.HasQueryFilter(row => SeesAll || row.TenantId == Scoped);
        });
        model.Entity<AdminKeyRow>(key =>
        {
            key.ToTable("admin_keys").HasKey(row => row.KeyId);
            key.HasQueryFilter(row => SeesAll || row.TenantId == ScopedOrNone);
        });
        model.Entity<AuditRow>(audit =>
        {
            audit.ToTable("audit_log").HasKey(row => row.Revision);
            audit.Property(row => row.Revision).ValueGeneratedNever();
            audit.HasIndex(row => new { row.TenantId, row.Revision });
            audit.HasQueryFilter(row => SeesAll || row.TenantId == ScopedOrNone);
        });
        model.Entity<CellRow>(cell =>
        {
            cell.ToTable("cells").HasKey(row => row.CellId);
            cell.HasIndex(row => row.Revision);
            cell.HasIndex(row => row.Endpoint).IsUnique();
            cell.HasIndex(row => new { row.State, row.HasRoom, row.Region });
            cell.Property(row => row.Tenants).Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Throw);
            cell.Property(row => row.HasRoom).HasComputedColumnSql("tenants < capacity", stored: true);
            cell.Property(row => row.Residency).HasMaxLength(32);
            cell.Property(row => row.Tier).HasMaxLength(32);
        });
        model.Entity<OnboardingDayRow>(day => day.ToTable("onboarding_days").HasKey(row => new { row.CellId, row.Day }));
        model.Entity<PoolRow>(pool =>
        {
            pool.ToTable("pools").HasKey(row => row.PoolId);
            pool.HasIndex(row => row.Revision);
            pool.HasIndex(row => row.CellId);
            pool.HasIndex(row => row.UserPoolId).IsUnique();
        });
        model.Entity<RevisionRow>(revision =>
        {
            revision.ToTable("directory_revision").HasKey(row => row.Id);
            revision.Property(row => row.Id).ValueGeneratedNever();
        });
        model.Entity<SchemaInfoRow>(info =>
        {
            info.ToTable("schema_info").HasKey(row => row.Version);
            info.Property(row => row.Version).ValueGeneratedNever();
        });
    }

    private sealed class TenantIdText() : ValueConverter<TenantId, Guid>(id => id.Value, value => new TenantId(value));

    private sealed class MoveIdText() : ValueConverter<MoveId, Guid>(id => id.Value, value => new MoveId(value));

    private sealed class PoolIdText() : ValueConverter<PoolId, Guid>(id => id.Value, value => new PoolId(value));

    private sealed class IdText<TId>() : ValueConverter<TId, string>(id => id.ToString()!, text => Parse<TId>(text))
        where TId : struct, IId<TId>;

    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(
        time => time.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    private static TId Parse<TId>(string text) where TId : struct, IId<TId> =>
        TId.TryParse(text, out var id) ? id : throw new InvalidOperationException($"The store holds no valid {typeof(TId).Name}.");
}
