using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Tessera.Cell.Audit;
using Tessera.Postgres.Rows;

namespace Tessera.Cell.Store;

/// <summary>
/// The cell's store as one realm sees it. Which realm is said when the context is made and never changes: rows of others
/// are neither read (a query filter, and row-level security below it) nor written (checked on save, and again below).
/// </summary>
internal sealed class CellDb(DbContextOptions<CellDb> options, RowsOf scope, PendingAudit? pending = null) : DbContext(options), IRowSecured
{
    /// <summary>Whose rows this context reaches.</summary>
    public RowsOf Scope { get; } = scope;

    /// <inheritdoc />
    public RowScope RowScope { get; } = scope.ToRowScope();

    private string? RealmId { get; } = scope.Realm?.Value;

    private string? SignInHost { get; } = scope.SignInHost;

    public DbSet<SchemaRow> Schema => Set<SchemaRow>();

    public DbSet<PoolRow> Pools => Set<PoolRow>();

    public DbSet<RealmRow> Realms => Set<RealmRow>();

    public DbSet<AccountRow> Accounts => Set<AccountRow>();

    public DbSet<SessionRow> Sessions => Set<SessionRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<ClientRow> Clients => Set<ClientRow>();

    public DbSet<GrantRow> Grants => Set<GrantRow>();

    public DbSet<TokenRow> Tokens => Set<TokenRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        CellModel.Configure(modelBuilder, Database.IsSqlite());
        // One realm's rows; the realms table answers to a sign-in host too, which is how a request finds its realm.
        modelBuilder.Entity<RealmRow>().HasQueryFilter(row => row.RealmId == RealmId || row.SignInHost == SignInHost);
        Own<AccountRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<SessionRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<AuditRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<ClientRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<GrantRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<TokenRow>(modelBuilder, row => row.RealmId == RealmId);
        Own<ScopeRow>(modelBuilder, row => row.RealmId == RealmId);
    }

    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("The cell's store is written asynchronously alone.");

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        Audit.AddRange(pending?.Take() ?? []);
        StampRealm();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    private static void Own<TRow>(ModelBuilder modelBuilder, Expression<Func<TRow, bool>> ofThisRealm) where TRow : class, IRealmOwned =>
        modelBuilder.Entity<TRow>().HasQueryFilter(ofThisRealm);

    private void StampRealm()
    {
        foreach (var entry in ChangeTracker.Entries<IRealmOwned>())
        {
            switch (entry.State)
            {
                case EntityState.Added:
                    entry.Entity.RealmId = RealmId ?? throw new InvalidOperationException("A row of a realm was added outside any realm.");
                    break;
                case EntityState.Modified or EntityState.Deleted when entry.Entity.RealmId != RealmId:
                    throw new InvalidOperationException("A row of another realm was about to be written.");
            }
        }
    }
}
